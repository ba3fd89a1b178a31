// Single-key shortcuts for agents. Keys are declared on what they press: data-key="a".
// They can be switched off (WCAG 2.1.4) with a button that bears data-keys-switch.

const STORE = "tp-keys";

function read() {
  try { return localStorage.getItem(STORE) !== "off"; } catch { return true; }
}

function write(on) {
  try { localStorage.setItem(STORE, on ? "on" : "off"); } catch { /* private window: lasts for the page */ }
}

let on = read();

function typing(target) {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.matches("textarea, select")) return true;
  return target.matches("input") && !["radio", "checkbox", "button", "submit"].includes(target.type);
}

/** The first thing that answers to this key and can be pressed now. */
function bearer(key) {
  for (const one of document.querySelectorAll("[data-key]")) {
    if (one.dataset.key.toLowerCase() !== key) continue;
    if (one.matches(":disabled, [aria-disabled='true']") || one.getClientRects().length === 0) continue;
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

function press(event) {
  if (!on || event.defaultPrevented || event.isComposing) return;
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const key = event.key.toLowerCase();
  // Arrows belong to the group of radio buttons that has the focus.
  if (key.startsWith("arrow") && event.target instanceof Element && event.target.matches("input")) return;
  const found = bearer(key);
  if (found) {
    event.preventDefault();
    found.focus();
    if (!typing(found)) found.click();
  } else if ((key === "j" && walk(1)) || (key === "k" && walk(-1))) {
    event.preventDefault();
  } else if (key === "?") {
    document.querySelector(".tp-keys")?.scrollIntoView({ block: "center" });
  }
}

function offerSwitch(button) {
  const say = () => {
    button.textContent = on ? "Désactiver les raccourcis" : "Activer les raccourcis";
  };
  button.hidden = false;
  button.addEventListener("click", () => { on = !on; write(on); say(); });
  say();
}

document.querySelectorAll("[data-keys-switch]").forEach(offerSwitch);
document.addEventListener("keydown", press);
