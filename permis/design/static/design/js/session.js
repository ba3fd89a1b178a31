// Says in time that the session will end, and offers to stay. Without it nothing is lost: see permis/form/session.py.

const WARN_S = [600, 120];
const LOOK_MS = 5_000;
const TYPING_MS = 30_000;

const box = document.querySelector("[data-session]");
const [words, again] = box.querySelectorAll("p");
const form = box.querySelector("form");
const button = form.querySelector("button");
const tabs = new BroadcastChannel("session");

let end = 0; // by the clock of this device, in milliseconds
let warned = 0; // how many of WARN_S were said
let over = false;
let lastKey = 0;
let asking = false;
let before = null; // what had the focus before the box

/** The session ends in so many seconds: the other tabs of this browser share it. */
function renewed(left, tell = true) {
  const later = Date.now() + left * 1000;
  if (later <= end && !over) return;
  end = later;
  warned = 0;
  over = false;
  say("");
  if (tell) tabs.postMessage({ left });
}

/** « 16 h 32 » on the clock of the person. */
function hour(instant) {
  const moment = new Date(instant);
  return `${moment.getHours()}\u00A0h\u00A0${String(moment.getMinutes()).padStart(2, "0")}`;
}

/** Says a sentence, with the button or the link that goes with it; an empty one closes the box. */
function say(sentence, { stay = false } = {}) {
  const hadFocus = box.contains(document.activeElement);
  words.textContent = sentence;
  form.hidden = !stay;
  again.hidden = !over;
  box.toggleAttribute("data-open", sentence !== "");
  if (sentence) {
    box.setAttribute("role", "region");
    box.setAttribute("aria-label", "Votre session");
  } else {
    box.removeAttribute("role");
    box.removeAttribute("aria-label");
    if (hadFocus) (before ?? document.getElementById("contenu"))?.focus({ preventScroll: true });
  }
}

/** Lets the forms of the page keep what is typed. Null: none of them has answers to keep. */
async function kept() {
  const waits = [];
  document.dispatchEvent(new CustomEvent("session:ending", { detail: waits }));
  return waits.length ? (await Promise.all(waits)).every(Boolean) : null;
}

function about(answers, { ended = false } = {}) {
  if (answers === null) return "";
  if (answers) return " Vos réponses sont enregistrées.";
  return ended ? "" : " Enregistrez vos réponses avant.";
}

async function warn() {
  const answers = await kept();
  const left = (end - Date.now()) / 1000; // to keep answers was a visit: the hour may have moved
  if (left > WARN_S[0]) return;
  say(`Vous serez déconnecté à ${hour(end)}.${about(answers)}`, { stay: true });
  // The second time the button comes to whoever is not typing: one key, and it is done.
  if (left <= WARN_S[1] && Date.now() - lastKey > TYPING_MS) button.focus();
}

/** The hour has come: only the server knows whether another visit has renewed the session. */
async function ask() {
  const response = await fetch(form.action, { redirect: "manual", headers: { Accept: "application/json" } });
  if (response.ok) {
    renewed((await response.json()).left);
  } else if (response.type === "opaqueredirect") {
    over = true;
    again.firstElementChild.href = `${box.dataset.signIn}?next=${encodeURIComponent(location.pathname)}`;
    say(`Votre session est terminée.${about(await kept(), { ended: true })}`);
  }
}

async function look() {
  if (over || asking) return;
  const left = (end - Date.now()) / 1000;
  const due = WARN_S.filter((limit) => left <= limit).length;
  asking = true;
  try {
    if (left <= 0) await ask();
    else if (due > warned) {
      warned = due;
      await warn();
    }
  } catch {
    // No network: asked again at the next look.
  } finally {
    asking = false;
  }
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    const response = await fetch(form.action, {
      method: "POST",
      body: new FormData(form),
      redirect: "manual",
      headers: { Accept: "application/json" },
    });
    if (response.ok) renewed((await response.json()).left);
    else await ask();
  } catch {
    say("La connexion ne répond pas. Réessayez.", { stay: true });
  }
});
tabs.addEventListener("message", (event) => renewed(event.data.left, false));
document.addEventListener("session:renewed", (event) => renewed(event.detail));
box.addEventListener("focusin", (event) => {
  if (event.relatedTarget && !box.contains(event.relatedTarget)) before = event.relatedTarget;
});
document.addEventListener("keydown", () => { lastKey = Date.now(); });
document.addEventListener("visibilitychange", look);
window.addEventListener("pageshow", look);
setInterval(look, LOOK_MS);
renewed(Number(box.dataset.left));
