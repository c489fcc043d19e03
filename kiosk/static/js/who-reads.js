// Who would read what is chosen in the form, as the server works it out once it is sent (kiosk/report/access/routes.py).
// It asks nobody: the rules stand in the page. The build puts this file in front of report.js.
(() => {
  "use strict";
  const SEVERE = ["repeat", "threat", "hate", "sexual"];
  const FEWEST = 2;

  function routeOf({ concern, danger, follow, head, ticked, tickedHead }) {
    const aboutStaff = ticked || concern === "adult";
    if (tickedHead || head === "yes" || (aboutStaff && head !== "no")) return "head";
    if (aboutStaff) return "adult";
    if (danger === "yes") return "danger";
    if (follow.includes("hurt")) return "harm";
    if (concern === "bullying" && SEVERE.some((one) => follow.includes(one))) return "bullying-severe";
    if (["other", "unsure", "nothing"].includes(concern)) return danger === "unsure" ? "friend" : "other";
    return concern;
  }

  // Places of all who would read it and are there, among everybody who can be ticked.
  window.kioskWhoReads = (form) => {
    const rules = JSON.parse(form.querySelector("#rules").dataset.rules);
    const all = (name) => [...form.querySelectorAll(`[name="${name}"]:checked`)];
    const one = (name) => all(name)[0]?.value ?? "";
    const out = all("exclude").map((box) => Number(box.dataset.place));
    const groups = rules.routes[routeOf({
      concern: one("concern"), danger: one("danger"), follow: all("follow").map((box) => box.value), head: one("head"),
      ticked: out.length > 0, tickedHead: out.some((place) => rules.heads.includes(place)),
    })] ?? [];
    const chosen = [];
    groups.forEach((group, at) => {
      const there = chosen.filter((place) => !rules.away.includes(place)).length;
      if (at === 0 || there < FEWEST) chosen.push(...group.filter((place) => !out.includes(place) && !chosen.includes(place)));
    });
    return chosen.filter((place) => !rules.away.includes(place));
  };
})();
