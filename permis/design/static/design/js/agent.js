// For agents: single-key shortcuts and the document viewer. Every page works without this script.
//
// Keys are declared on what they press: data-key="a". With data-twice the first press only gives the focus:
// what cannot be undone asks for a second one. They can be switched off (WCAG 2.1.4, button data-keys-switch).

const STORE = "tp-keys";

function read() {
  try { return localStorage.getItem(STORE) !== "off"; } catch { return true; }
}

function write(on) {
  try { localStorage.setItem(STORE, on ? "on" : "off"); } catch { /* private window: lasts for the page */ }
}

let on = read();

// The documents: one track that slides, one document at a time -------------------------------------------
const track = document.querySelector("[data-docs]");
const docs = track ? [...track.querySelectorAll("[data-doc]")] : [];

/** The document in view. */
function current() {
  if (!track) return null;
  return docs[Math.min(docs.length - 1, Math.round(track.scrollLeft / Math.max(1, track.clientWidth)))];
}

/** Brings a document into view without moving the page, at once: sixty times a day a glide is a wait. */
function show(doc) {
  track.scrollTo({ left: docs.indexOf(doc) * track.clientWidth, behavior: "instant" });
  mark(doc);
}

/** Says on the thumbnails which document is in view. */
function mark(doc) {
  for (const link of document.querySelectorAll(".tp-thumb")) {
    const here = link.hash === `#${doc.id}`;
    if (here === link.hasAttribute("aria-current")) continue;
    link.toggleAttribute("aria-current", here);
    if (!here) continue;
    link.setAttribute("aria-current", "true");
    const row = link.closest("ul");
    const box = link.getBoundingClientRect();
    const frame = row.getBoundingClientRect();
    row.scrollLeft += box.left - frame.left - (frame.width - box.width) / 2;
  }
}

function go(event) {
  const link = event.target.closest("a[data-go]");
  const doc = link && docs.find((one) => link.hash === `#${one.id}`);
  if (!doc || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const inside = link.closest("[data-doc]");
  history.replaceState(null, "", link.hash);
  show(doc);
  // The link stays behind with its document: the focus goes with the eye.
  if (inside) (doc.querySelector(`[data-key="${link.dataset.key}"]`) ?? doc.querySelector("a[data-go]"))?.focus({ preventScroll: true });
}

const ZOOMS = [1, 1.5, 2, 3];

/** Draws the pages of a document at its zoom and turn. */
function draw(doc) {
  const zoom = ZOOMS[Number(doc.dataset.zoomed ?? 0)];
  const turn = Number(doc.dataset.turned ?? 0);
  doc.querySelector("[data-stage]").toggleAttribute("data-large", zoom > 1);
  for (const leaf of doc.querySelectorAll(".tp-leaf")) {
    const image = leaf.firstElementChild;
    leaf.style.removeProperty("height");
    leaf.style.width = zoom > 1 ? `${zoom * 100}%` : "";
    image.style.cssText = "";
    if (turn % 2) {
      const width = leaf.clientWidth;
      const shape = image.getAttribute("width") / image.getAttribute("height");
      leaf.style.height = `${width * shape}px`;
      image.style.width = `${width * shape}px`;
      image.style.maxWidth = "none";
      image.style.maxHeight = "none";
      image.style.transform = `translate(${(width - width * shape) / 2}px, ${(width * shape - width) / 2}px) rotate(${turn * 90}deg)`;
    } else if (turn) {
      image.style.transform = "rotate(180deg)";
    }
  }
}

function tool(event) {
  const button = event.target.closest("[data-zoom], [data-turn]");
  if (!button) return;
  const doc = button.closest("[data-doc]");
  if (button.dataset.zoom) {
    const wanted = Number(doc.dataset.zoomed ?? 0) + Number(button.dataset.zoom);
    doc.dataset.zoomed = Math.min(ZOOMS.length - 1, Math.max(0, wanted));
  } else {
    doc.dataset.turned = (Number(doc.dataset.turned ?? 0) + 1) % 4;
  }
  draw(doc);
}

/** The proposed sentence of a reason goes into the note, unless the agent has written one. */
function propose(form) {
  const reason = form.querySelector("select");
  const note = form.querySelector("textarea");
  const sentence = (code) =>
    document.getElementById("sentences")?.content.querySelector(`[data-code="${CSS.escape(code)}"]`)?.textContent ?? "";
  let proposed = note.value === sentence(reason.value) ? note.value : "";
  reason.addEventListener("change", () => {
    if (note.value.trim() !== "" && note.value !== proposed) return;
    proposed = sentence(reason.value);
    note.value = proposed;
  });
}

if (track) {
  for (const button of track.querySelectorAll("[data-zoom], [data-turn]")) button.hidden = false;
  for (const opener of track.querySelectorAll("details.tp-refuse")) {
    opener.addEventListener("toggle", () => { if (opener.open) opener.querySelector("select").focus({ preventScroll: true }); });
  }
  track.addEventListener("click", tool);
  document.addEventListener("click", go);
  // Once the name has scrolled away, the documents take its room.
  const name = document.querySelector("h1");
  if (name) new IntersectionObserver(([seen]) => {
    track.closest(".tp-viewer").toggleAttribute("data-tall", !seen.isIntersecting);
  }).observe(name);
  let waiting = 0;
  track.addEventListener("scroll", () => {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(() => mark(current()));
  }, { passive: true });
  const asked = docs.find((doc) => location.hash === `#${doc.id}`);
  show(
    docs.find((doc) => "first" in doc.dataset) ?? asked ?? docs.find((doc) => "undecided" in doc.dataset) ?? docs[0],
  );
}

document.querySelectorAll("form[data-refuse]").forEach(propose);

// Keys ---------------------------------------------------------------------------------------------------
function typing(target) {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.matches("textarea, select")) return true;
  return target.matches("input") && !["radio", "checkbox", "button", "submit"].includes(target.type);
}

/** The first thing that answers to this key and can be pressed now; in a document, the one in view. */
function bearer(key) {
  const doc = current();
  for (const one of document.querySelectorAll("[data-key]")) {
    if (one.dataset.key.toLowerCase() !== key) continue;
    if (one.matches(":disabled, [aria-disabled='true']") || one.getClientRects().length === 0) continue;
    const inside = one.closest("[data-doc]");
    if (inside && inside !== doc) continue;
    return one;
  }
  return null;
}

/** J and K walk the rows of a table that bears data-rows. */
function walk(step) {
  const links = [...document.querySelectorAll("[data-rows] tbody th a")];
  if (links.length === 0) return false;
  const rows = links.map((link) => link.closest("tr"));
  const from = rows.findIndex((row) => row.classList.contains("is-active"));
  const to = Math.min(links.length - 1, Math.max(0, from + step));
  rows.forEach((row, rank) => row.classList.toggle("is-active", rank === to));
  links[to].focus();
  return true;
}

function pressed(found) {
  if (found.hasAttribute("data-twice") && document.activeElement !== found) {
    found.focus();
    return;
  }
  const still = found.matches("[data-go], [data-zoom], [data-turn]");
  if (!still) found.focus({ preventScroll: Boolean(found.closest("[data-doc]")) });
  if (!typing(found)) found.click();
}

function press(event) {
  if (!on || event.defaultPrevented || event.isComposing || event.repeat && event.key.length === 1) return;
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const key = event.key === "=" ? "+" : event.key.toLowerCase();
  // Arrows belong to the group of radio buttons that has the focus.
  if (key.startsWith("arrow") && event.target instanceof Element && event.target.matches("input")) return;
  const found = bearer(key);
  if (found) {
    event.preventDefault();
    pressed(found);
  } else if ((key === "j" && walk(1)) || (key === "k" && walk(-1))) {
    event.preventDefault();
  } else if (key === "?") {
    document.querySelector(".tp-keys")?.scrollIntoView({ block: "center" });
  }
}

/** Keys are shown only while they work. */
function offerSwitch(button) {
  const say = () => {
    button.textContent = on ? "Désactiver les raccourcis" : "Activer les raccourcis";
    document.body.dataset.keys = on ? "on" : "off";
  };
  button.hidden = false;
  button.addEventListener("click", () => { on = !on; write(on); say(); });
  say();
}

document.querySelectorAll("[data-keys-switch]").forEach(offerSwitch);
document.addEventListener("keydown", press);
