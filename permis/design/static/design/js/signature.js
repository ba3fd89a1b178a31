// Signing on the screen: strokes on a canvas, sent as a PNG by the form they stand in.
// Without it the frame stays hidden, and a photo of the signature is given like any other document.

const INK = "#000";
const PAPER = "#fff";
const MIN_LENGTH = 0.08; // part of the frame's width: below it is a dot, which the server refuses too

function signs(block) {
  const form = block.closest("form");
  const canvas = block.querySelector("canvas");
  const file = form.querySelector('input[type="file"]');
  const said = block.querySelector('[role="status"]');
  const save = block.querySelector('button[type="submit"]');
  const clear = block.querySelector("[data-clear]");
  const pen = canvas.getContext("2d");
  let last = null; // where the pen is, or null when it is up
  let pointer = null; // the finger, pen or mouse that draws
  let box = null; // what the strokes cover

  function wipe() {
    pen.fillStyle = PAPER;
    pen.fillRect(0, 0, canvas.width, canvas.height);
    last = pointer = box = null;
  }

  /** The place of an event on the canvas, whatever its size on the screen. */
  function place(event) {
    const frame = canvas.getBoundingClientRect();
    return {
      x: ((event.clientX - frame.left) * canvas.width) / frame.width,
      y: ((event.clientY - frame.top) * canvas.height) / frame.height,
    };
  }

  /** As thick on paper whatever the screen: about 2.5 points of a small frame. */
  function thickness() {
    return Math.max(7, (2.5 * canvas.width) / canvas.getBoundingClientRect().width);
  }

  function mark(to) {
    pen.strokeStyle = pen.fillStyle = INK;
    pen.lineWidth = thickness();
    pen.lineCap = pen.lineJoin = "round";
    pen.beginPath();
    pen.moveTo(last.x, last.y);
    pen.lineTo(to.x, to.y);
    pen.stroke();
    for (const { x, y } of [last, to]) {
      box = box
        ? { left: Math.min(box.left, x), right: Math.max(box.right, x), top: Math.min(box.top, y), bottom: Math.max(box.bottom, y) }
        : { left: x, right: x, top: y, bottom: y };
    }
    last = to;
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (pointer !== null || event.button !== 0) return; // a second finger, or the palm
    pointer = event.pointerId;
    canvas.setPointerCapture(pointer);
    last = place(event);
    mark({ x: last.x + 0.1, y: last.y });
    said.textContent = "";
    event.preventDefault();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pointer || last === null) return;
    const events = event.getCoalescedEvents?.() ?? [];
    for (const step of events.length ? events : [event]) mark(place(step));
  });
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
    canvas.addEventListener(end, (event) => {
      if (event.pointerId === pointer) pointer = last = null;
    });
  }

  clear.addEventListener("click", () => {
    wipe();
    said.textContent = "Le cadre est vide.";
  });

  let ready = false; // the file holds the drawing: this submit is ours
  // In the capture phase, on the document: before form.js counts it as sent.
  document.addEventListener("submit", (event) => {
    if (event.target !== form || event.submitter !== save || ready) return;
    event.preventDefault();
    event.stopPropagation();
    if (box === null || Math.max(box.right - box.left, box.bottom - box.top) < MIN_LENGTH * canvas.width) {
      said.textContent = "Signez d’abord dans le cadre, avec le doigt, un stylet ou la souris.";
      return;
    }
    canvas.toBlob((blob) => {
      const held = new DataTransfer();
      held.items.add(new File([blob], "signature.png", { type: "image/png" }));
      file.files = held.files;
      ready = true;
      form.requestSubmit(save);
    }, "image/png");
  }, true);
  window.addEventListener("pageshow", () => { ready = false; });

  // By script and not by style attribute, which our policy forbids.
  Object.assign(canvas.style, { display: "block", width: "100%", height: "auto", touchAction: "none", cursor: "crosshair", background: PAPER, border: "2px solid #718086", borderRadius: "6px" });
  wipe();
  save.disabled = false;
  block.hidden = false;
  const other = form.querySelector("details[data-other]");
  if (!other.querySelector('[aria-invalid="true"]')) other.open = false;
}

/** Whether a file can be put into a form by script: without it, drawing would lead nowhere. */
function able() {
  try {
    return Boolean(new DataTransfer().items) && "toBlob" in HTMLCanvasElement.prototype && "PointerEvent" in window
      && "requestSubmit" in HTMLFormElement.prototype;
  } catch {
    return false;
  }
}

if (able()) {
  document.querySelectorAll("[data-sign]").forEach(signs);
  document.addEventListener("part:new", (event) => event.target.querySelectorAll("[data-sign]").forEach(signs));
}
