// Comforts for forms. Every page works without them.

/** After the first submit the button says that it works, and a second click does nothing. */
function onceOnly(form) {
  form.addEventListener("submit", (event) => {
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

document.querySelectorAll('form[method="post"]').forEach(onceOnly);
document.querySelectorAll("form[data-unsaved]").forEach(warnBeforeLeaving);
window.addEventListener("pageshow", (event) => { if (event.persisted) wakeUp(); });
document.getElementById("erreurs")?.focus();
