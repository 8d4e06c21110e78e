// Searching the site on the reader's own machine.  What is typed is not sent, not kept, and does not
// become part of an address.  The index is a script beside this one, because a page that was opened
// from a folder may load scripts and may not read files.  Without either the page is a list.
"use strict";

// One part of the index, ready to be searched.
const searchable = (index) => {
  const letters = new Map(Object.entries(index.letters));

  // As tongues folds: see finding.py, which made the table and the words of the index.
  const plain = (one) => one.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
  const key = (text) =>
    Array.from(text.normalize("NFKC"), (one) => letters.get(one) ?? plain(one)).join("");
  const words = (text) => key(text).match(/[\p{L}\p{N}]+/gu) ?? [];

  const titles = index.entries.map(([, title]) => words(title));
  // The code of a term stands in its address, for those who met it in a file.
  const codes = index.entries.map(([, , rest]) => words(rest.split("#")[1] ?? ""));
  const others = index.words.split(" ").filter(Boolean);
  const places = index.places.split(" ").map((steps) => {
    let number = 0;
    return steps.split(".").map((step) => (number += parseInt(step, 36)));
  });

  // How well each entry answers one word: by the beginning of its title, by a word of it, by a part
  // of one, by another word; of other words the index holds only the beginnings.
  const scored = (word) => {
    const found = new Map();
    const better = (number, score) => {
      if (score > (found.get(number) ?? 0)) found.set(number, score);
    };
    titles.forEach((title, number) => {
      title.forEach((each, nth) => {
        if (each === word) better(number, nth ? 7 : 9);
        else if (each.startsWith(word)) better(number, nth ? 6 : 8);
        else if (each.includes(word)) better(number, 3);
      });
      if (codes[number].some((each) => each.startsWith(word))) better(number, 3);
    });
    const begun = word.slice(0, index.beginning);
    others.forEach((each, nth) => {
      if (each.startsWith(begun)) places[nth].forEach((number) => better(number, each === begun ? 2 : 1));
    });
    return found;
  };

  // What an entry is shown as.
  const shown = (number) => {
    const [kind, title, rest] = index.entries[number];
    const [label, before] = index.kinds[kind];
    return { title, label, path: before + rest };
  };

  return { key, words, scored, shown };
};

(() => {
  const at = (id) => document.getElementById(id);
  const [place, field, told, hits, more, rest] = ["find", "typed", "said", "hits", "more", "rest"].map(at);
  const many = new Intl.NumberFormat(document.documentElement.lang);
  const most = 30;
  const parts = [];

  // How well the entries of all parts answer a word: by part and number.
  const scored = (word) =>
    new Map(
      parts.flatMap((part, nth) =>
        [...part.scored(word)].map(([number, score]) => [`${nth} ${number}`, score])),
    );

  // A word that is found nowhere (“of”) is left out, as long as another is found.
  const search = (text) => {
    const all = parts[0].words(text).map(scored).filter((one) => one.size);
    if (!all.length) return [];
    const [first, ...others] = all;
    return [...first.keys()]
      .filter((entry) => others.every((one) => one.has(entry)))
      .map((entry) => [...entry.split(" ").map(Number), all.reduce((sum, one) => sum + one.get(entry), 0)])
      .sort((one, other) => other[2] - one[2] || one[0] - other[0] || one[1] - other[1])
      .map(([nth, number]) => parts[nth].shown(number));
  };

  const listed = ({ title, label, path }) => {
    const link = document.createElement("a");
    link.href = place.dataset.root + path;
    link.textContent = title;
    const where = document.createElement("p");
    where.className = "soft";
    where.textContent = label;
    const item = document.createElement("li");
    item.append(link, where);
    return item;
  };

  const answer = () => {
    const asked = parts[0].words(field.value).length > 0;
    const found = asked ? search(field.value) : [];
    hits.replaceChildren(...found.slice(0, most).map(listed));
    const text = !found.length ? "none" : found.length > most ? "first" : "found";
    told.textContent = asked
      ? place.dataset[text]
          .replace("{count}", many.format(found.length))
          .replace("{shown}", many.format(most))
      : "";
  };

  // Down and Enter lead into what was found, the arrows through it, Escape back to the field.
  const step = (event) => {
    if (event.target === more) return;
    const links = [...hits.querySelectorAll("a")];
    const now = links.indexOf(document.activeElement);
    const keys = { ArrowDown: now + 1, ArrowUp: now - 1 };
    if (now < 0) keys.Enter = 0;
    if (event.key === "Escape" && now >= 0) field.focus();
    else if (!(event.key in keys)) return;
    else if (keys[event.key] < 0) field.focus();
    else links[keys[event.key]]?.focus();
    event.preventDefault();
  };

  const unpacked = async (packed) => {
    const bytes = Uint8Array.from(atob(packed), (one) => one.charCodeAt(0));
    const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
    return JSON.parse(await new Response(plain).text());
  };

  // Every part calls this with itself, packed; a browser that cannot unpack it keeps the list.
  let before = Promise.resolve();
  globalThis.candlemark = (packed) =>
    (before = before.then(async () => {
      const part = searchable(await unpacked(packed));
      parts.push(part);
      place.hidden = false;
      answer();
      return { key: part.key, search };
    }));

  // All of the rest, whatever was typed: nobody learns from it what somebody is looking for.
  more?.addEventListener("click", () => {
    more.parentNode.remove();
    document.body.append(rest.content.cloneNode(true));
    field.focus();
  });
  field.addEventListener("input", answer);
  place.addEventListener("keydown", step);
})();
