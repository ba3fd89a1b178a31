// Files on their way: sent in pieces (tus 1.0.0), going on after a cut or a reload, and the page shows what became of
// them. Without it the plain forms work.

const PIECE = 512 * 1024; // bytes sent at once; doubled on a good line
const LARGE_PIECE = 2 * PIECE;
const GOOD_LINE_MS = 1_500; // a piece that passes faster
const STALLED_MS = 30_000; // nothing moves: the line is dead
const LONGEST_PAUSE_S = 30;
const KEPT_MS = 24 * 3_600_000; // an address to go on from
const STORE = "tp-tus:";
const LOOK_MS = 1_500; // at what the server says, in the first minute of waiting
const LATER_LOOK_MS = 5_000;
const SHRUNK_FROM = 3_000_000; // bytes
const LONG_SIDE = 3_000; // pixels: more than the server keeps
const QUALITY = 0.85;
const SHRINKABLE = ["image/jpeg", "image/png", "image/webp", "image/heic", "image/heif"];
const WAIT = [0, 408, 409, 423, 425, 429, 500, 502, 503, 504]; // ask again a little later
const TRIES = 6; // of what the server answers badly; a dead line is tried for as long as the page is there

const OVER = "Votre session est terminée. Connectez-vous, puis choisissez ce fichier à nouveau\u00A0: l’envoi reprendra où il en était.";
const FAILED = "L’envoi n’a pas réussi. Réessayez, ou appuyez sur le bouton pour l’envoyer autrement.";
const CUT = "La connexion est coupée. L’envoi reprendra tout seul.";
const BUSY = "Le service est très demandé. L’envoi reprendra tout seul dans un instant.";

class Refused extends Error {}

function element(tag, its, ...inside) {
  const made = Object.assign(document.createElement(tag), its);
  made.append(...inside);
  return made;
}

// What is said without being shown ------------------------------------------------------------------------
const voice = element("p", { className: "fr-sr-only" });
voice.setAttribute("role", "status");
document.getElementById("contenu").append(voice);

function say(sentence) {
  voice.textContent = sentence;
}

// Where to go on from --------------------------------------------------------------------------------------
/** The name under which the address of this sending is kept: nothing of the file can be read in it. */
async function fingerprint(slot, file) {
  try {
    const text = new TextEncoder().encode([slot, file.name, file.size, file.lastModified].join("\n"));
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", text));
    return STORE + [...hash.slice(0, 16)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  } catch {
    return ""; // not a secure context: no way back after a reload
  }
}

function kept(key) {
  try {
    return JSON.parse(localStorage.getItem(key)) ?? {};
  } catch {
    return {};
  }
}

function keep(key, url) {
  try {
    if (url) localStorage.setItem(key, JSON.stringify({ url, at: Date.now() }));
    else localStorage.removeItem(key);
  } catch { /* private window: lasts for the page */ }
}

try {
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith(STORE) && !(kept(key).at > Date.now() - KEPT_MS)) localStorage.removeItem(key);
  }
} catch { /* no storage */ }

// Pictures are made lighter first --------------------------------------------------------------------------
/** Whether a canvas gives back what was drawn: some browsers answer noise, against tracking. */
function honest() {
  const pen = element("canvas", { width: 2, height: 1 }).getContext("2d");
  pen.fillStyle = "#123456";
  pen.fillRect(0, 0, 1, 1);
  return String(pen.getImageData(0, 0, 2, 1).data) === "18,52,86,255,0,0,0,0";
}

/** A heavy picture, upright and lighter; the file itself when it is no picture, or when anything fails. */
async function lighter(file) {
  if (file.size <= SHRUNK_FROM || !SHRINKABLE.includes(file.type)) return file;
  try {
    if (!honest()) return file;
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONG_SIDE / Math.max(picture.width, picture.height));
    const canvas = element("canvas", { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
    const pen = canvas.getContext("2d", { alpha: false });
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.imageSmoothingQuality = "high";
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const made = await new Promise((done) => { canvas.toBlob(done, "image/jpeg", QUALITY); });
    return made && made.size < file.size ? made : file;
  } catch {
    return file;
  }
}

// One file -------------------------------------------------------------------------------------------------
const queue = []; // one at a time: a phone has one line, and the pages keep their order
let running = null;

async function run() {
  if (running) return;
  while ((running = queue.shift())) await running.go();
}

/** Where this slot stands in the page now: what was there may have been replaced. */
function partOf(slot) {
  return document.getElementById(`slot-${slot}`);
}

function formIn(part, how) {
  return part.querySelector(`form[data-how="${how}"]`) ?? part.querySelector("form[data-tus]");
}

class Sending {
  constructor(form, file, how) {
    const { slot, tus, limit, large } = form.dataset;
    Object.assign(this, { slot, tus, how, limit: Number(limit), large, file });
    this.token = form.elements.csrfmiddlewaretoken.value;
    this.kind = form.elements.given_as?.value ?? "";
    this.url = "";
    this.offset = null; // null: only the server knows
    this.size = PIECE;
    this.draw();
  }

  draw() {
    const button = (words, press) => {
      const made = element("button", { type: "button", className: "fr-btn fr-btn--sm fr-btn--tertiary" }, `${words} `,
        element("span", { className: "fr-sr-only" }, this.file.name));
      made.addEventListener("click", press);
      return made;
    };
    this.words = element("p", { className: "fr-text--sm" });
    this.bar = element("progress", { max: 100, value: 0 });
    this.bar.setAttribute("aria-label", `Envoi de ${this.file.name}`);
    this.cancel = button("Annuler", () => this.stop());
    this.again = button("Réessayer", () => this.retry());
    this.again.hidden = true;
    this.row = element("li", {}, element("p", {}, element("strong", {}, this.file.name)), this.words, this.bar,
      element("div", { className: "fr-btns-group fr-btns-group--inline" }, this.again, this.cancel));
    this.row.sending = this;
    const list = partOf(this.slot).querySelector("[data-sending]");
    list.hidden = false;
    list.append(this.row);
    this.tell("En attente");
  }

  tell(words, aloud = false) {
    this.words.textContent = words;
    if (aloud) say(`${this.file.name}\u00A0: ${words}`);
  }

  /** How much has left, in words and on the bar. */
  moved(bytes) {
    const percent = Math.floor((100 * bytes) / (this.blob.size || 1));
    if (this.bar.value < 50 && percent >= 50 && percent < 100) say(`${this.file.name}\u00A0: la moitié est envoyée.`);
    this.bar.value = percent;
    this.tell(`Envoi\u00A0: ${percent}\u00A0%`);
  }

  async go() {
    this.row.classList.remove("is-failed");
    this.bar.hidden = false;
    this.tell("Envoi…", true);
    try {
      this.blob ??= await lighter(this.file);
      if (this.blob.size > this.limit) throw new Refused(this.large);
      this.key ??= await fingerprint(this.slot, this.file);
      this.url ||= (this.key && kept(this.key).url) || "";
      this.bad = this.lost = 0;
      while (!this.stopped && this.offset !== this.blob.size) await this.step();
      if (!this.stopped) this.arrived();
    } catch (fault) {
      if (!this.stopped) this.fail(fault);
    }
  }

  /** One question to the server: where am I, or here is a piece. */
  async step() {
    const before = this.offset;
    const asked = !this.url ? await this.create() : before === null ? await this.find() : await this.piece();
    if (this.stopped) return;
    if (asked.ok) {
      // An offset that does not move is a fault too: without this the same piece would leave for ever.
      if (before === null || this.offset > before) this.bad = 0;
      else this.bad += 1;
    } else if (asked.elsewhere || asked.status === 401) {
      throw new Refused(OVER);
    } else if (WAIT.includes(asked.status)) {
      this.offset = null;
      this.bad += 1;
      if (asked.status !== 0 && asked.status !== 503 && this.bad > TRIES) throw new Error(FAILED);
      await this.pause(asked);
    } else if ((asked.status === 404 || asked.status === 410) && this.url && this.lost < 3) {
      this.lost += 1;
      this.at("");
    } else {
      throw asked.said ? new Refused(asked.said) : new Error(FAILED);
    }
    if (this.bad > 10 * TRIES && navigator.onLine) throw new Error(FAILED);
  }

  at(url) {
    if (!url) this.number = this.announced = null; // it begins anew, as another one
    this.url = url;
    this.offset = null;
    if (this.key) keep(this.key, url);
  }

  async create() {
    // The number says that it is the same file when the answer was lost; its first piece leaves with it, once.
    this.number ??= [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    const first = this.announced ? null : this.blob.slice(0, this.size);
    this.announced = true;
    const inside = Object.entries({ filename: this.file.name, given_as: this.kind, how: this.how, id: this.number })
      .filter(([, value]) => value)
      .map(([name, value]) => `${name} ${btoa(String.fromCharCode(...new TextEncoder().encode(value)))}`);
    const headers = { "Upload-Length": this.blob.size, "Upload-Metadata": inside.join(",") };
    if (first) headers["Content-Type"] = "application/offset+octet-stream";
    const asked = await this.ask("POST", this.tus, headers, first, (bytes) => this.moved(bytes));
    asked.ok = asked.status === 201 && !asked.elsewhere;
    if (asked.ok) {
      this.at(new URL(asked.header("Location"), location.href).href);
      this.offset = Number(asked.header("Upload-Offset") ?? 0);
      this.moved(this.offset);
    }
    return asked;
  }

  async find() {
    const asked = await this.ask("HEAD", this.url);
    const there = asked.header("Upload-Offset");
    asked.ok = asked.status < 300 && there !== null && !asked.elsewhere;
    if (!asked.ok) return asked;
    const whole = Number(asked.header("Upload-Length") ?? this.blob.size);
    if (whole === this.blob.size) this.moved((this.offset = Number(there)));
    else if (Number(there) === whole) this.offset = this.blob.size; // lighter in another way, and all of it is there
    else {
      await this.ask("DELETE", this.url); // lighter in another way: it begins anew
      this.at("");
    }
    return asked;
  }

  async piece() {
    const from = this.offset;
    const began = performance.now();
    const asked = await this.ask("PATCH", this.url,
      { "Upload-Offset": from, "Content-Type": "application/offset+octet-stream" },
      this.blob.slice(from, from + this.size), (bytes) => this.moved(from + bytes));
    asked.ok = asked.status === 204 && !asked.elsewhere;
    if (asked.ok) {
      this.offset = Number(asked.header("Upload-Offset"));
      if (performance.now() - began < GOOD_LINE_MS) this.size = LARGE_PIECE;
      this.moved(this.offset);
    } else this.size = PIECE;
    return asked;
  }

  /** What the server answers, whatever it is; status 0: no answer. */
  ask(method, url, headers = {}, body = null, moved = () => {}) {
    return new Promise((done) => {
      const wire = (this.wire = new XMLHttpRequest());
      let patience = 0;
      const wait = () => {
        clearTimeout(patience);
        patience = setTimeout(() => wire.abort(), STALLED_MS);
      };
      wire.open(method, url);
      for (const [name, value] of Object.entries({ "Tus-Resumable": "1.0.0", "X-CSRFToken": this.token, ...headers })) {
        wire.setRequestHeader(name, value);
      }
      if (body) wire.upload.onprogress = (event) => { wait(); moved(Math.min(event.loaded, body.size)); };
      wire.onloadend = () => {
        clearTimeout(patience);
        let said = "";
        try { said = JSON.parse(wire.responseText).detail ?? ""; } catch { /* no sentence of ours */ }
        const elsewhere = wire.responseURL !== "" && new URL(wire.responseURL).pathname !== new URL(url, location.href).pathname;
        done({ status: wire.status, said, elsewhere, header: (name) => wire.getResponseHeader(name) });
      };
      wait();
      wire.send(body);
    });
  }

  /** Waits longer each time, as the server says, or until the line is back. */
  async pause(asked) {
    const seconds = Math.min(LONGEST_PAUSE_S, Number(asked.header("Retry-After")) || 2 ** Math.min(this.bad - 1, 5) / 2);
    if (asked.status === 0 || asked.status >= 500) this.tell(asked.status ? BUSY : CUT, this.bad === 1);
    await new Promise((done) => {
      this.wake = done;
      setTimeout(done, seconds * 1000);
      window.addEventListener("online", done, { once: true });
    });
  }

  arrived() {
    if (this.key) keep(this.key, "");
    this.done = true;
    this.bar.value = 100;
    this.cancel.hidden = true;
    this.tell("Reçu. Nous regardons ce fichier.", true);
    look();
  }

  fail(fault) {
    this.failed = true;
    this.bar.hidden = true;
    this.row.classList.add("is-failed");
    const refused = fault instanceof Refused;
    this.again.hidden = refused && fault.message !== OVER;
    this.cancel.firstChild.data = "Fermer ";
    this.tell(refused ? fault.message : FAILED, true);
    if (!refused) this.offerPlain();
  }

  /** The form as it works without us, with this file in it where the browser lets us put it. */
  offerPlain() {
    const form = formIn(partOf(this.slot), this.how);
    if (!form) return;
    form.dataset.byHand = "yes";
    form.querySelector("[data-plain]").hidden = false;
    try {
      const held = new DataTransfer();
      held.items.add(this.file);
      form.querySelector('input[type="file"]').files = held.files;
    } catch { /* the person chooses it again */ }
  }

  retry() {
    this.failed = false;
    this.again.hidden = true;
    this.offset = null;
    this.cancel.firstChild.data = "Annuler ";
    this.cancel.focus();
    queue.push(this);
    run();
  }

  stop() {
    const part = partOf(this.slot);
    this.stopped = true;
    this.wire?.abort();
    this.wake?.();
    if (queue.includes(this)) queue.splice(queue.indexOf(this), 1);
    if (this.url && !this.done) this.ask("DELETE", this.url).then(look);
    if (this.key) keep(this.key, "");
    this.row.remove();
    tidy(part);
    say(`${this.file.name}\u00A0: ${this.failed ? "retiré de la liste" : "envoi annulé"}.`);
    focusIn(part);
  }
}

/** The list of what is leaving hides when nothing is; what the server says of the same files stands behind it. */
function tidy(part) {
  const list = part.querySelector("[data-sending]");
  if (!list) return;
  list.hidden = !list.children.length;
  for (const told of part.querySelectorAll("[data-coming]")) told.hidden = !list.hidden;
}

/** Whether this can have the focus: not hidden, not folded away (the title of what is folded can). */
function reachable(one) {
  const inside = one.matches("summary") ? one.parentElement.parentElement : one;
  return !one.closest("[hidden]") && !inside.closest("details:not([open])");
}

/** Gives the focus back to the way of giving in this part of the page. */
function focusIn(part) {
  const ways = [...part.querySelectorAll('input[type="file"], details:has(form) > summary'), ...part.querySelectorAll("a[href]")];
  (ways.find(reachable) ?? document.getElementById("contenu")).focus({ preventScroll: true });
}

// Files that a person chooses, takes, drops or pastes ------------------------------------------------------
function takes(form, files) {
  const known = form.querySelector('input[name="file"]').accept.split(",");
  const fits = ({ name, type }) => !type || known.some((one) =>
    one.startsWith(".") ? name.toLowerCase().endsWith(one) : one.endsWith("/*") ? type.startsWith(one.slice(0, -1)) : one === type);
  const many = "several" in form.dataset;
  for (const [rank, file] of (many ? files : files.slice(0, 1)).entries()) {
    const sending = new Sending(form, file, rank ? "add" : form.dataset.how); // the second does not replace the first
    if (fits(file)) queue.push(sending);
    else sending.fail(new Refused(form.dataset.other));
  }
  if (files.length > 1 && !many) say("Un seul fichier ici\u00A0: nous prenons le premier.");
  tidy(partOf(form.dataset.slot));
  run();
}

function enhance(form) {
  const input = form.querySelector('input[name="file"]');
  input.multiple = "several" in form.dataset;
  form.querySelector("[data-plain]").hidden = true;
  for (const hint of form.querySelectorAll("[data-drop]")) hint.hidden = !matchMedia("(any-pointer: fine)").matches;
  input.addEventListener("change", () => {
    if (form.dataset.byHand || !input.files.length) return;
    takes(form, [...input.files]);
    input.value = ""; // so that the same file can be chosen again
  });
  const camera = form.querySelector("[data-camera]");
  if (!camera || !matchMedia("(pointer: coarse)").matches) return;
  const eye = element("input", { type: "file", accept: "image/*", hidden: true });
  eye.setAttribute("capture", "environment");
  eye.addEventListener("change", () => { takes(form, [...eye.files]); eye.value = ""; });
  camera.addEventListener("click", () => eye.click());
  camera.after(eye);
  camera.hidden = false;
}

/** The form that would take what is dropped or pasted here. */
function formAt(place) {
  const part = place instanceof Element ? place.closest("[id^='slot-']") : null;
  return part && formIn(part, "add");
}

function over(form) {
  for (const marked of document.querySelectorAll(".is-over")) marked.classList.remove("is-over");
  form?.closest("[id^='slot-']").classList.add("is-over");
}

document.addEventListener("dragover", (event) => {
  if (!event.dataTransfer.types.includes("Files")) return;
  event.preventDefault(); // beside a slot too: else the browser would leave the page and open the file
  const form = formAt(event.target);
  event.dataTransfer.dropEffect = form ? "copy" : "none";
  over(form);
});
document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) over(null); });
document.addEventListener("drop", (event) => {
  if (!event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  over(null);
  const form = formAt(event.target);
  if (form) takes(form, [...event.dataTransfer.files]);
});
document.addEventListener("paste", (event) => {
  const files = [...(event.clipboardData?.files ?? [])];
  const form = files.length ? formAt(document.activeElement) : null;
  if (!form) return;
  event.preventDefault();
  takes(form, files);
});
window.addEventListener("beforeunload", (event) => { if (running) event.preventDefault(); });

// What the server says of them -----------------------------------------------------------------------------
const told = document.querySelector("[data-state]"); // where this page can be read again
let timer = 0;
let since = Date.now();

/** Looks again in a moment, while something is awaited and somebody sees the page. */
function watch() {
  clearTimeout(timer);
  if (!told || document.hidden || !document.querySelector("[data-pending]")) return;
  timer = setTimeout(read, Date.now() - since < 60_000 ? LOOK_MS : LATER_LOOK_MS);
}

function look() {
  since = Date.now();
  if (told) read();
}

function read() {
  clearTimeout(timer);
  const wire = new XMLHttpRequest(); // it parses a page by itself: no text becomes markup in our hands
  wire.open("GET", told.dataset.state);
  wire.responseType = "document";
  wire.timeout = STALLED_MS;
  wire.onloadend = () => {
    if (wire.status === 200 && wire.response) renew(wire.response);
    watch();
  };
  wire.send();
}

/** Parts of the page that say otherwise now (data-is) take the place of the old ones. */
function renew(page) {
  for (const fresh of page.querySelectorAll("[data-is]")) {
    const old = document.getElementById(fresh.id);
    if (!old) continue;
    for (const row of old.querySelectorAll("[data-sending] > li")) if (row.sending?.done) row.remove();
    if (old.dataset.is !== fresh.dataset.is) replace(old, document.importNode(fresh, true));
    else tidy(old);
  }
  const next = document.querySelector("a[data-follow]");
  if (next) location.assign(next.href);
}

function replace(old, fresh) {
  const focus = old.contains(document.activeElement) ? document.activeElement : null;
  const title = (details) => details.querySelector("summary").textContent;
  const open = [...old.querySelectorAll("details[open]")].filter((one) => !one.querySelector("form")).map(title);
  for (const details of fresh.querySelectorAll("details")) if (open.includes(title(details))) details.open = true;
  for (const select of old.querySelectorAll("select[id]")) {
    const same = fresh.querySelector(`#${CSS.escape(select.id)}`);
    if (same) same.value = select.value;
  }
  const leaving = old.querySelector("[data-sending]");
  if (leaving?.children.length) fresh.querySelector("[data-sending]")?.replaceWith(leaving);
  old.replaceWith(fresh);
  fresh.querySelectorAll("form[data-tus]").forEach(enhance);
  tidy(fresh);
  fresh.dispatchEvent(new Event("part:new", { bubbles: true }));
  if (fresh.dataset.say) say(fresh.dataset.say);
  if (!focus || document.contains(focus)) return focus?.focus({ preventScroll: true });
  const same = focus.id && document.getElementById(focus.id);
  if (same && reachable(same)) same.focus({ preventScroll: true });
  else focusIn(fresh);
}

document.querySelectorAll("form[data-tus]").forEach(enhance);
document.addEventListener("visibilitychange", () => { if (!document.hidden && document.querySelector("[data-pending]")) look(); });
watch();
