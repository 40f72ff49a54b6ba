// What helps while one types a new password. Everything works without it, and the server checks all of it again.
"use strict";
for (const form of document.querySelectorAll("form[data-show]")) {
  const words = form.dataset;
  for (const field of form.querySelectorAll("input[type=password]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "show";
    const label = form.querySelector(`label[for=${field.id}]`).textContent;
    const show = (shown) => {
      field.type = shown ? "text" : "password";
      button.textContent = shown ? words.hide : words.show;
      button.setAttribute("aria-label", `${button.textContent}: ${label}`);
    };
    button.addEventListener("click", () => {
      show(field.type === "password");
      field.focus();
    });
    // Browsers keep what was typed into a field of text, and offer it again.
    form.addEventListener("submit", () => show(false));
    show(false);
    field.parentElement.append(button);
  }

  const [chosen, again] = form.querySelectorAll("input[autocomplete=new-password]");
  const hint = document.createElement("p");
  hint.className = "hint";
  hint.setAttribute("role", "status");
  again.parentElement.after(hint);
  const rule = document.querySelector("[data-minimum]");
  const look = () => {
    const length = [...chosen.value.normalize("NFC")].length;
    rule?.classList.toggle("met", length >= Number(rule.dataset.minimum));
    const isSame = again.value !== "" && again.value === chosen.value;
    // Who has not come to the end yet is not told that it differs.
    const isOver = again.value.length >= chosen.value.length && again.value !== "";
    const text = isSame ? words.same : isOver ? words.differs : "";
    if (hint.textContent !== text) hint.textContent = text;
    hint.classList.toggle("met", isSame);
  };
  form.addEventListener("input", look);
}
