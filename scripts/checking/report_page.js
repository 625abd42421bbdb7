"use strict";
// The state of the page is in its address: #sort=name&check=label-empty. Data are only ever read from attributes.
(() => {
  const form = document.getElementById("controls");
  const list = document.getElementById("cases");
  const cards = [...list.children];
  const groups = [...document.querySelectorAll("[data-group]")];
  const links = [...document.querySelectorAll("a[data-check]")];
  const keys = ["sort", "severity", "check", "section", "text"];
  const collator = new Intl.Collator(undefined, { numeric: true });
  const haystacks = new Map([...cards, ...groups].map((element) => [element, text(element).toLowerCase()]));

  function text(element) {
    return `${element.textContent} ${element.dataset.paths ?? ""}`;
  }

  const by = (key, sign = 1) => (a, b) => sign * (Number(a.dataset[key]) - Number(b.dataset[key]));
  const known = (a, b) => (a.dataset.drawn === "") - (b.dataset.drawn === "");
  const sorts = {
    "": [by("errors", -1), by("warnings", -1)],
    list: [],
    name: [(a, b) => collator.compare(a.dataset.name, b.dataset.name)],
    section: [by("rank")],
    drawn: [known, by("drawn")],
    "most-drawn": [known, by("drawn", -1)],
  };

  function compare(steps) {
    return (a, b) => {
      for (const step of [...steps, by("order")]) {
        const difference = step(a, b);
        if (difference) return difference;
      }
      return 0;
    };
  }

  const severities = {
    error: (element) => Number(element.dataset.errors) > 0,
    warning: (element) => Number(element.dataset.warnings) > 0,
    none: (element) => Number(element.dataset.errors) + Number(element.dataset.warnings) === 0,
  };

  function fits(element, state) {
    const words = state.text.toLowerCase().split(/\s+/).filter(Boolean);
    return (
      (!state.check || element.dataset.checks.split(" ").includes(state.check)) &&
      (!state.severity || severities[state.severity](element)) &&
      words.every((word) => haystacks.get(element).includes(word))
    );
  }

  function readState() {
    const parameters = new URLSearchParams(location.hash.slice(1));
    for (const key of keys) {
      const field = form.elements[key];
      field.value = parameters.get(key) ?? "";
      // a value that is no option would leave a select blank
      if (field.selectedIndex === -1) field.value = "";
    }
  }

  function writeState() {
    const parameters = new URLSearchParams();
    for (const key of keys) if (form.elements[key].value) parameters.set(key, form.elements[key].value);
    history.replaceState(null, "", `#${parameters}`);
  }

  function show() {
    const state = Object.fromEntries(keys.map((key) => [key, form.elements[key].value]));
    let shown = 0;
    for (const card of cards) {
      card.hidden = !fits(card, state) || (state.section && card.dataset.section !== state.section);
      shown += !card.hidden;
    }
    for (const group of groups) group.hidden = !fits(group, state);
    for (const card of [...cards].sort(compare(sorts[state.sort]))) list.append(card);
    for (const link of links) {
      if (link.dataset.check === state.check) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
    const whole = document.getElementById("whole");
    if (whole) whole.hidden = groups.every((group) => group.hidden);
    document.getElementById("shown").textContent = `${shown} of ${cards.length} cases`;
    document.getElementById("nothing").hidden = shown > 0;
  }

  function restore() {
    // links within the page change the address too
    if (!location.hash || location.hash.includes("=")) readState();
    show();
  }

  form.addEventListener("input", () => {
    writeState();
    show();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => {
    history.replaceState(null, "", "#");
    restore();
  });
  addEventListener("hashchange", restore);
  for (const link of links) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      location.hash = link.hash;
      restore();
      const first = cards.some((card) => !card.hidden) ? "case-list" : "whole";
      document.getElementById(first)?.scrollIntoView();
    });
  }
  form.hidden = false;
  restore();
})();
