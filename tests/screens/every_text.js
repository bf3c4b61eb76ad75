async (languages) => {
  const source = document.querySelector("script[src]").src;
  const { loadTexts, TravellerScreen } = await import(new URL("screen.js", source).href);
  const texts = await loadTexts(languages);
  const root = document.getElementById("screen");
  const screen = new TravellerScreen(root, texts, () => {});
  const keys = Object.keys(texts.get("en").catalogue.prompts).filter((key) => !key.endsWith(".one"));
  const hints = keys.filter((key) => key.startsWith("face."));
  const shown = { rev: 1, prompt: "test", picture: "lay", step: 1, self_view: false, also: "", hint: "", idle: false, then: [], every_s: 0 };
  const limit = { limit_s: 10, left_s: 9.5, may_ask: true };
  const clipped = [];
  let count = 0;

  const look = (language, key) => {
    for (const each of root.querySelectorAll("h1, .also, .hint, .time, .heard, .steps li, .buttons button, .languages button")) {
      if (!each.offsetParent) continue;
      const tooWide = each.scrollWidth > each.clientWidth + 1;
      const tooTall = each.tagName === "BUTTON" && each.scrollHeight > each.clientHeight + 2;
      if (tooWide || tooTall) clipped.push(`${language} ${key}: ${each.className || each.tagName} "${each.textContent}"`);
    }
    for (const each of root.children) {
      const box = each.getBoundingClientRect();
      const inside = box.bottom <= innerHeight + 1 && box.right <= innerWidth + 1 && box.top >= -1 && box.left >= -1;
      if (each.offsetParent && !inside) clipped.push(`${language} ${key}: ${each.className || each.tagName} is outside`);
    }
    const middle = root.querySelector(".middle").getBoundingClientRect();
    if (middle.height < innerHeight / 8) clipped.push(`${language} ${key}: no room for the picture`);
  };

  await document.fonts.ready;
  for (const language of languages) {
    for (const key of keys) {
      screen.show({ ...shown, text: key, also: "refer.direction", language, limit });
      screen.heard.hidden = false;
      look(language, key);
      screen.show({ ...shown, text: "face.look", also: key, language, limit: { limit_s: 0, left_s: 0, may_ask: false } });
      look(language, key);
      count += 1;
    }
    for (const hint of hints) {
      screen.hint.since = -Infinity;
      screen.show({ ...shown, text: "face.again", hint, self_view: true, step: 3, language, limit });
      look(language, hint);
    }
  }
  return { shown: count, clipped: clipped.slice(0, 12) };
}
