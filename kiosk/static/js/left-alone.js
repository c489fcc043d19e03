// A page that nobody touches, also on a tablet that falls asleep: its timers stand still meanwhile, so the clock is asked
// when it wakes and at each touch. While nobody looks the page is hidden: the next to wake it sees nothing of it first.
// The build puts this file in front of report-leave.js, report-sent.js and, for pages of pupils, no-network.js.
"use strict";

// In a block: a page that report-send.js shows runs in the same window once more.
{
  const root = document.documentElement;
  const waits = new Set();
  let place = null;
  let left = false;

  /** Does something once that much time has passed, however much of it the tablet slept; returns what calls it off. */
  function after(milliseconds, act) {
    const wait = { due: Date.now() + milliseconds, act: () => { callOff(); act(); } };
    let timer = window.setTimeout(wait.act, milliseconds);
    const callOff = wait.callOff = () => { window.clearTimeout(timer); waits.delete(wait); };
    wait.goOn = () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(wait.act, Math.min(milliseconds, wait.due - Date.now()));
    };
    waits.add(wait);
    return callOff;
  }

  function catchUp() {
    for (const wait of [...waits]) {
      if (left) return;
      if (Date.now() < wait.due) wait.goOn();
      else wait.act();
    }
  }

  function hide() {
    place ??= { across: window.scrollX, down: window.scrollY, focus: document.activeElement };
    root.hidden = true;
  }

  function show() {
    if (!place || left) return;
    const { across, down, focus } = place;
    place = null;
    root.hidden = false;
    window.scrollTo({ left: across, top: down, behavior: "instant" });
    if (focus !== document.activeElement) focus?.focus({ preventScroll: true });
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return hide();
    show(); // first, as a warning needs a page to stand on; it is painted only after what is due has been done
    catchUp();
  });
  window.addEventListener("pagehide", () => { left = true; });
  if (document.hidden) hide();

  /** Leaves once nobody has called the function that comes back for that long; warns before, where there is a warning. */
  function watch(leaveAfter, leave, warnAfter, warn) {
    let callOff = [];
    function restart() {
      callOff.forEach((one) => one());
      callOff = [after(leaveAfter, () => { left = true; hide(); leave(); })];
      if (warn) callOff.push(after(warnAfter, warn));
    }
    restart();
    return () => {
      catchUp(); // whoever touches a page that should have gone is somebody else
      if (!left) restart();
    };
  }

  /** Does nothing any more: another page takes the place of this one in the same window. */
  function end() {
    left = true;
    for (const wait of [...waits]) wait.callOff();
  }

  window.kioskLeftAlone = { after, watch, end };
}
