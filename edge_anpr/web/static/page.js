// Keep a page fresh without flicker, and say when the device cannot be reached or answers
// that it cannot.
"use strict";

const LOST_AFTER = 2; // tries in a row
const ANSWER_MS = 8000;
const NO_LINE = { what: "No connection to the device", why: "" };

const main = document.querySelector("main");
const lost = document.getElementById("lost");
const refreshMs = 1000 * Number(main.dataset.refreshS || 0);
let etag = "";
let failures = 0;

// Make one tree like another, and touch nothing that is the same already. What a person
// is filling in stays as it is.
function morph(from, to) {
  if (from.nodeType !== to.nodeType || from.nodeName !== to.nodeName) {
    from.replaceWith(to.cloneNode(true));
    return;
  }
  if (from.nodeType === Node.TEXT_NODE) {
    if (from.data !== to.data) from.data = to.data;
    return;
  }
  if (from.nodeType !== Node.ELEMENT_NODE || from.hasAttribute("data-keep")) return;
  for (const { name } of [...from.attributes]) {
    if (!to.hasAttribute(name) && name !== "open") from.removeAttribute(name);
  }
  for (const { name, value } of to.attributes) {
    if (from.getAttribute(name) !== value) from.setAttribute(name, value);
  }
  morphChildren(from, to);
}

// What has a key stays itself when others come before it: with its focus and its picture.
function morphChildren(from, to) {
  const known = new Map([...from.children].map((node) => [keyOf(node), node]));
  const wanted = new Set([...to.children].map(keyOf));
  known.forEach((node, key) => key && !wanted.has(key) && node.remove());
  let at = from.firstChild;
  for (const fresh of to.childNodes) {
    const key = keyOf(fresh);
    const same = key ? known.get(key) : at && !keyOf(at) && at;
    if (!same) {
      from.insertBefore(fresh.cloneNode(true), at);
      continue;
    }
    while (at && at !== same && !keyOf(at)) at = dropped(at);
    if (at !== same) from.insertBefore(same, at);
    at = same.nextSibling;
    morph(same, fresh);
  }
  while (at) at = dropped(at);
}

function dropped(node) {
  const next = node.nextSibling;
  node.remove();
  return next;
}

function keyOf(node) {
  return node.dataset?.key || "";
}

// The device writes UTC; people read their own time.
function showLocalTimes(root) {
  for (const element of root.querySelectorAll("time[datetime]")) {
    const at = new Date(element.dateTime);
    if (Number.isNaN(at.valueOf())) continue;
    const text = at.toLocaleString([], {
      year: "numeric", month: "2-digit", day: "2-digit",
      hour: "2-digit", minute: "2-digit", second: "2-digit",
    });
    if (element.textContent !== text) element.textContent = text;
  }
}

// fault: null when there is none any more.
function say(fault) {
  if (fault) {
    for (const key of ["what", "why"]) {
      const element = document.getElementById("lost-" + key);
      if (element.textContent !== fault[key]) element.textContent = fault[key];
    }
  }
  if (!fault === lost.hidden) return;
  lost.hidden = !fault;
  main.classList.toggle("stale", !lost.hidden);
  if (fault) {
    document.getElementById("lost-since").textContent =
      "since " + new Date().toLocaleTimeString();
  }
}

// What the device says on its page of a fault; a proxy in its place has no such page.
function faultOf(page) {
  const what = page.querySelector("main .overall h1");
  const why = page.querySelector("main .lead");
  return what && why ? { what: what.textContent, why: why.textContent } : NO_LINE;
}

function failed(fault) {
  failures += 1;
  if (failures >= LOST_AFTER) say(fault);
}

async function refresh() {
  if (document.hidden) return;
  try {
    const answer = await fetch(location.href, {
      cache: "no-store",
      headers: { "X-Refresh": "1", ...(etag && { "If-None-Match": etag }) },
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    if (answer.status !== 304) {
      const text = await answer.text();
      const page = new DOMParser().parseFromString(text, "text/html");
      if (!answer.ok) {
        failed(faultOf(page));
        return;
      }
      const fresh = page.querySelector("main");
      if (answer.redirected || !fresh) {
        location.assign(answer.url);
        return;
      }
      showLocalTimes(fresh);
      fresh.className = main.className;
      morph(main, fresh);
      // A login may have ended meanwhile.
      morph(document.querySelector("header"), page.querySelector("header"));
      if (document.title !== page.title) document.title = page.title;
      etag = answer.headers.get("ETag") || "";
    }
    failures = 0;
    say(null);
  } catch {
    failed(NO_LINE);
  }
}

showLocalTimes(document);
if (refreshMs) {
  (async () => {
    for (;;) {
      await new Promise((wake) => setTimeout(wake, refreshMs));
      await refresh();
    }
  })();
  document.addEventListener("visibilitychange", refresh);
}
