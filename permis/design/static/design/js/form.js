// Comforts for forms. Every page works without them.

const PAUSE_MS = 1_500; // after the last key
const PATIENCE_MS = 3_000; // how long a click waits for what is being kept
const RETRY_MS = 20_000;
const GROUPS = ".fr-input-group, .fr-select-group, .fr-checkbox-group, .fr-upload-group";

/** After the first submit the button says that it works, and a second click does nothing. */
function onceOnly(form) {
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    const button = event.submitter;
    if (button) {
      button.setAttribute("aria-busy", "true");
      // Not `disabled`: the name and value of the pressed button must reach the server.
      button.setAttribute("aria-disabled", "true");
    }
  });
}

/** Back from the next page (kept in memory by the browser): the form can be sent again. */
function wakeUp() {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-busy]")) {
      button.removeAttribute("aria-busy");
      button.removeAttribute("aria-disabled");
    }
  }
}

/** Forms that say so (data-unsaved) ask before answers that were not sent are lost. */
function warnBeforeLeaving(form) {
  let changed = false;
  form.addEventListener("input", () => { changed = true; });
  window.addEventListener("beforeunload", (event) => {
    if (changed && !form.dataset.sent) event.preventDefault();
  });
}

/** Hides the questions that the other answers of the page make idle. What is in them stays. */
function followAnswers(form) {
  const parts = [...form.querySelectorAll("[data-only-if]")].map((element) => ({
    element: element.matches("input, select, textarea")
      ? (element.closest("fieldset") ?? element.closest(GROUPS) ?? element)
      : element,
    name: element.dataset.onlyIf,
    values: JSON.parse(element.dataset.onlyValues ?? "[]"),
  }));
  if (!parts.length) return;
  const show = () => {
    const answers = new FormData(form);
    for (const { element, name, values } of parts) {
      if (!form.elements[name]) continue; // asked on another page: the server has decided
      const given = answers.getAll(name).filter(Boolean);
      const asked = given.length ? given.some((value) => values.includes(value)) : values.includes("");
      // What is to be corrected is never out of sight.
      element.hidden = !asked && !element.querySelector('[aria-invalid="true"], .fr-error-text');
    }
  };
  form.addEventListener("change", show);
  show();
}

/** What is typed on a step, kept by the server a moment after the last key. */
class Autosave {
  constructor(form) {
    this.form = form;
    this.line = document.querySelector("[data-saved]");
    this.kept = this.fields();
    this.broughtBack = "broughtBack" in form.dataset; // typed before, and not saved
    this.running = null;
    this.stopped = false; // another window has saved, or the session has ended: only a person goes on
    this.failed = false;
    this.leftBehind = false;
    form.addEventListener("input", () => this.soon(PAUSE_MS));
    form.addEventListener("change", () => this.soon(PAUSE_MS / 3));
    document.addEventListener("visibilitychange", () => { if (document.hidden) this.keep({ leaving: true }); });
    window.addEventListener("pagehide", () => {
      this.leftBehind = this.changed;
      this.keep({ leaving: true });
    });
    // Shown again from memory: what the server answered meanwhile was never heard.
    window.addEventListener("pageshow", (event) => { if (event.persisted && this.leftBehind) location.reload(); });
    window.addEventListener("beforeunload", (event) => {
      const safe = !this.stopped && !this.failed && navigator.onLine;
      if (this.changed && !form.dataset.sent && !safe) event.preventDefault();
    });
    document.addEventListener("session:ending", (event) => event.detail.push(this.settled()));
    document.addEventListener("submit", (event) => this.before(event, event.target === form), true);
    document.addEventListener("click", (event) => this.beforeLink(event));
  }

  /** The fields as they would be sent, without what is not an answer. */
  fields() {
    const data = new URLSearchParams(new FormData(this.form));
    data.delete("csrfmiddlewaretoken");
    data.delete("revision");
    return data.toString();
  }

  get changed() {
    return this.fields() !== this.kept;
  }

  soon(pause) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keep(), pause);
  }

  /** Whether everything on the page is with the server, after trying. */
  async settled() {
    await this.keep();
    return !this.changed && !this.broughtBack;
  }

  /** Keeps the page if it changed. One question at a time: each needs the revision that the last one gave. */
  keep({ leaving = false } = {}) {
    clearTimeout(this.timer);
    if (this.running) return this.running.then(() => this.keep({ leaving }));
    if (this.stopped || this.form.dataset.sent || !this.changed) return Promise.resolve();
    this.running = this.post(leaving).finally(() => { this.running = null; });
    return this.running;
  }

  async post(leaving) {
    const sent = this.fields();
    try {
      const response = await fetch(this.form.dataset.autosave, {
        method: "POST",
        body: new URLSearchParams(new FormData(this.form)),
        headers: { Accept: "application/json" },
        redirect: "manual",
        keepalive: leaving,
      });
      if (response.type === "opaqueredirect") {
        this.stop("Votre session est terminée. Appuyez sur «\u00A0Enregistrer et continuer\u00A0» : vous vous connecterez, et ce que vous avez écrit sera là.");
      } else if (response.ok || response.status === 409) {
        const said = await response.json();
        if (response.ok) {
          this.kept = sent;
          this.failed = this.broughtBack = false;
          this.form.elements.revision.value = said.revision;
          this.say(said.sentence);
          document.dispatchEvent(new CustomEvent("session:renewed", { detail: said.left }));
        } else this.stop(said.sentence);
      } else if (response.status < 500) {
        this.stop("Ce que vous écrivez n’est plus gardé tout seul\u00A0: appuyez sur «\u00A0Enregistrer et continuer\u00A0».");
      } else this.fail();
    } catch {
      this.fail();
    }
  }

  /** Not kept: tried again, and the page says so while it lasts. */
  fail() {
    this.failed = true;
    this.say("Pas encore enregistré\u00A0: le service ne répond pas. Nous essayons encore.");
    this.soon(RETRY_MS);
  }

  stop(sentence) {
    this.stopped = true;
    this.say(sentence);
  }

  /** In a polite live region: said only when it changes, so once a minute at most while all goes well. */
  say(sentence) {
    if (this.line && this.line.textContent !== sentence) this.line.textContent = sentence;
  }

  /** A form is sent: what is being kept is waited for, since the server refuses two saves of one revision. */
  before(event, own) {
    const waits = this.running ?? (!own && this.changed && !this.stopped ? this.keep() : null);
    clearTimeout(this.timer);
    if (!waits) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const { target, submitter } = event;
    this.patiently(waits).then(() => target.requestSubmit(submitter));
  }

  /** A link is followed: the page that it opens must know what was typed here. */
  beforeLink(event) {
    const link = event.target.closest?.("a[href]");
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
    if (!link || !plain || event.defaultPrevented || link.target || link.hasAttribute("download")) return;
    if (link.origin !== location.origin || (link.hash && link.pathname === location.pathname)) return;
    if (this.stopped || (!this.running && !this.changed)) return;
    event.preventDefault();
    this.patiently(this.keep()).then(() => location.assign(link.href));
  }

  patiently(wait) {
    return Promise.race([wait, new Promise((done) => { setTimeout(done, PATIENCE_MS); })]);
  }
}

document.querySelectorAll('form[method="post"]').forEach(onceOnly);
document.addEventListener("part:new", (event) => event.target.querySelectorAll('form[method="post"]').forEach(onceOnly));
document.querySelectorAll("form[data-unsaved]").forEach((form) => {
  if (form.dataset.autosave) new Autosave(form);
  else warnBeforeLeaving(form);
});
document.querySelectorAll("form:has([data-only-if])").forEach(followAnswers);
window.addEventListener("pageshow", (event) => { if (event.persisted) wakeUp(); });
document.getElementById("erreurs")?.focus();
