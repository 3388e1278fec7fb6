// Show what the camera sees, a few times a second, with the plates drawn over it.
// Comes after page.js, which has say(), NO_LINE and ANSWER_MS.
"use strict";

const SVG = "http://www.w3.org/2000/svg";
const PAUSE_MS = 150; // the device itself looks no more often than it likes
const AGAIN_MS = 1000;
const SIGNS = {
  good: '<circle cx="12" cy="12" r="11" class="fill"/><path d="M6.5 12.5l4 4 7-8.5" class="cut"/>',
  poor: '<path d="M12 1.5 23.4 21.5H.6Z" class="fill"/><path d="M12 8v6.5M12 17.6v.8" class="cut"/>',
  bad: '<path d="M7.4 1h9.2L23 7.4v9.2L16.6 23H7.4L1 16.6V7.4Z" class="fill"/><path d="M8 8l8 8M16 8l-8 8" class="cut"/>',
  off: '<circle cx="12" cy="12" r="11" class="fill"/><path d="M7 12h10" class="cut"/>',
};

const view = document.getElementById("view");
const still = document.getElementById("still");
const boxes = document.getElementById("boxes");
const says = document.getElementById("says");
const plates = document.getElementById("plates");
const waiting = document.getElementById("waiting");

function element(name, text, className) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  if (className) made.className = className;
  return made;
}

function drawn(name, attributes) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function sign(level) {
  const made = drawn("svg", { class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" });
  made.innerHTML = SIGNS[level]; // ours, and nothing from outside
  return made;
}

function frame(plate, width) {
  const [x1, y1, x2, y2] = plate.box;
  const group = drawn("g", { class: plate.level });
  const line = width / 250;
  group.append(drawn("rect", {
    x: x1 - line, y: y1 - line, width: x2 - x1 + 2 * line, height: y2 - y1 + 2 * line,
    rx: line, "stroke-width": line,
  }));
  const label = drawn("text", {
    x: x1, y: y1 > width / 20 ? y1 - 2.5 * line : y2 + width / 26, "font-size": width / 32,
  });
  label.textContent = `${plate.text || "?"}  ${Math.round(x2 - x1)} px`;
  group.append(label);
  return group;
}

function item(check) {
  const made = element("li", "", check.level);
  made.append(sign(check.level), " ", element("b", check.name), " ", element("span", check.value));
  if (check.advice) made.append(element("p", check.advice));
  return made;
}

function show(seen) {
  still.src = "data:image/jpeg;base64," + seen.still;
  boxes.setAttribute("viewBox", `0 0 ${seen.width} ${seen.height}`);
  boxes.replaceChildren(...seen.plates.map((plate) => frame(plate, seen.width)));
  waiting.hidden = true;
  if (says.lastElementChild.textContent !== seen.says) {
    says.className = `note ${seen.level}`;
    says.replaceChildren(sign(seen.level), element("span", seen.says));
  }
  const best = seen.plates.reduce(
    (wide, plate) => (!wide || plate.box[2] - plate.box[0] > wide.box[2] - wide.box[0] ? plate : wide),
    null,
  );
  plates.replaceChildren(...(best ? best.checks.map(item) : []));
}

async function look() {
  try {
    const answer = await fetch(view.dataset.address, {
      cache: "no-store",
      headers: { "X-Refresh": "1" },
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    if (answer.status === 401) {
      location.reload();
      return AGAIN_MS;
    }
    const seen = await answer.json();
    if (!answer.ok) throw new Error(seen.message);
    show(seen);
    say(null);
    return PAUSE_MS;
  } catch (error) {
    const isAway = error instanceof TypeError || error.name === "TimeoutError";
    say(isAway ? NO_LINE : null);
    waiting.hidden = false;
    waiting.textContent = isAway ? NO_LINE.what + "." : error.message;
    return AGAIN_MS;
  }
}

(async () => {
  for (;;) {
    const pause = document.hidden ? AGAIN_MS : await look();
    await new Promise((wake) => setTimeout(wake, pause));
  }
})();
