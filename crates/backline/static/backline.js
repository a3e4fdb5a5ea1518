// Optional layer. Every page works without it: dialogs are also pages, menus are popovers.
(() => {
  const $ = (s, r = document) => r.querySelector(s), $$ = (s, r = document) => [...r.querySelectorAll(s)];
  const root = document.documentElement;
  try { const t = localStorage.getItem("backline-theme"); if (t) root.dataset.theme = t; } catch {}

  document.addEventListener("click", (e) => {
    const open = e.target.closest("[data-dialog]");
    if (open) { const d = $(open.dataset.dialog); if (d?.showModal && !d.open) { e.preventDefault(); open.closest("[popover]")?.hidePopover?.(); d.showModal(); } }
    const shut = e.target.closest("[data-close]"), box = shut?.closest("dialog");
    if (box?.open) { e.preventDefault(); box.close(); } else if (box) location.hash = "main";
    if (e.target.tagName === "DIALOG" && e.target.matches(":modal")) e.target.close();
    if (e.target.closest("[data-theme-toggle]")) {
      const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
      root.dataset.theme = dark ? "light" : "dark";
      try { localStorage.setItem("backline-theme", root.dataset.theme); } catch {}
    }
    // The ticket whose detail is asked for is the one that the list marks.
    const shown = e.target.closest('[hx-target="#detail"]')?.closest("tr");
    if (shown) { $$('tr[aria-current]').forEach((r) => r.removeAttribute("aria-current")); shown.setAttribute("aria-current", "true"); }
    const copy = e.target.closest("[data-copy]");
    if (copy) navigator.clipboard?.writeText(copy.dataset.copy).then(() => { copy.dataset.done = "Copied"; });
  });

  // Menus: place by hand where the browser has no anchor positioning.
  if (!CSS.supports("position-area: bottom"))
    document.addEventListener("toggle", (e) => {
      if (!e.target.matches(".menu") || e.newState !== "open") return;
      const b = $(`[popovertarget="${e.target.id}"]`).getBoundingClientRect(), m = e.target;
      m.style.top = Math.min(b.bottom, innerHeight - m.offsetHeight - 8) + "px";
      m.style.left = Math.max(8, b.right - m.offsetWidth) + "px";
    }, true);

  // Bulk selection count and select-all.
  document.addEventListener("change", (e) => {
    const f = e.target.form; if (!f) return;
    if (e.target.matches("[data-all]")) $$("tbody input[type=checkbox]", f).forEach((c) => (c.checked = e.target.checked));
    const n = $$("tbody input[type=checkbox]:checked", f).length, out = $("[data-count]", f);
    if (out) out.textContent = n;
  });

  // Keyboard. Never while typing, never with a modifier.
  let g = false;
  const go = { o: "/", v: "/vulnerabilities", r: "/remediations", t: "/tickets", a: "/activity", i: "/integrations" };
  const isOff = () => { try { return localStorage.getItem("backline-keys") === "off"; } catch { return false; } };
  const off = $("[data-keys-off]");
  if (off) { off.checked = isOff(); off.addEventListener("change", () => { try { localStorage.setItem("backline-keys", off.checked ? "off" : "on"); } catch {} }); }
  document.addEventListener("keydown", (e) => {
    if (isOff() || e.metaKey || e.ctrlKey || e.altKey || e.target.closest("input,select,textarea,dialog[open]")) return;
    if (g) { g = false; if (go[e.key]) location.href = go[e.key]; return; }
    const rows = $$("table.rows tbody tr").filter((r) => r.offsetParent), at = rows.findIndex((r) => r.classList.contains("cur"));
    const move = (to) => { rows[at]?.classList.remove("cur"); const r = rows[Math.max(0, Math.min(rows.length - 1, to))]; r?.classList.add("cur"); $("a", r)?.focus({ preventScroll: true }); r?.scrollIntoView({ block: "nearest" }); };
    switch (e.key) {
      case "/": { const q = $("[data-q]"); if (q?.offsetParent) { e.preventDefault(); q.focus(); q.select(); } else $("[data-find]")?.click(); break; }
      case "j": if (rows.length) move(at + 1); break;
      case "k": if (rows.length) move(at - 1); break;
      case "x": if (rows[at]) $("input[type=checkbox]", rows[at])?.click(); break;
      case "r": (rows[at] && $("[data-retry]", rows[at]) || $("#detail [data-retry]"))?.click(); break;
      case "[": $("[data-prev]")?.click(); break;
      case "]": $("[data-next]")?.click(); break;
      case "g": g = true; setTimeout(() => (g = false), 900); break;
      case "?": $("#keys")?.showModal?.(); break;
    }
  });
})();
