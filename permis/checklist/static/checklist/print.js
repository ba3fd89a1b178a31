// The button that prints is there only when it can work; what is folded is opened on paper, with its pictures.
let opened = [];

function unfold() {
  const folded = document.querySelectorAll("main details:not([open])");
  for (const details of folded) {
    details.open = true;
    opened.push(details);
  }
  // A picture further down has not been fetched yet: it would be an empty frame on paper.
  const pictures = [...document.querySelectorAll("main img[loading=lazy]")];
  for (const picture of pictures) picture.loading = "eager";
  return Promise.all(pictures.map(arrival));
}

// Not decode(): it gives up on a picture that only begins to be fetched.
function arrival(picture) {
  if (picture.complete) return Promise.resolve();
  return new Promise((done) => {
    picture.addEventListener("load", done, { once: true });
    picture.addEventListener("error", done, { once: true });
  });
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => unfold().then(() => window.print()));
}
window.addEventListener("beforeprint", unfold);
window.addEventListener("afterprint", () => {
  for (const details of opened) details.open = false;
  opened = [];
});
