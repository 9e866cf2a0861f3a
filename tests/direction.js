// Where every letter of a page stands, and where the letters of code do not follow each
// other from the left; of this page, or of each card's side put into it. A word in <bdi> is one letter: inside it goes its own way.
async ([places, sides]) => {
  const box = (node, start, end) => {
    const range = document.createRange();
    range.setStart(node, start);
    range.setEnd(node, end);
    return [...range.getClientRects()].filter(rect => rect.width > 0.5);
  };
  const texts = function* (element) {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    while (walker.nextNode())
      if (!/^(STYLE|SCRIPT)$/.test(walker.currentNode.parentElement.tagName)) yield walker.currentNode;
  };
  const seen = element => element.checkVisibility({visibilityProperty: true}) &&
    !element.closest('.told, .label, figcaption, .unseen');

  // -- the letters of an element, or of a word that turns by itself, in their order -----
  const letters = function* (element) {
    let turned = null;
    for (const node of texts(element)) {
      const own = node.parentElement.closest('bdi');
      if (own && element !== own && element.contains(own)) {
        if (own !== turned) yield {said: own.textContent, rects: [...own.getClientRects()]};
        turned = own;
        continue;
      }
      for (const each of node.data.matchAll(/\S/gu))
        yield {said: each[0], rects: box(node, each.index, each.index + each[0].length)};
    }
  };

  const wrong = element => {
    let before = null;
    for (const letter of letters(element)) {
      const rect = letter.rects[0];
      if (!rect) continue;
      const row = before && rect.top < before.rect.bottom - 2 && rect.bottom > before.rect.top + 2;
      if (row && rect.left < before.rect.left + 0.5) return `${before.said} ${letter.said}`;
      before = {said: letter.said, rect: letter.rects.at(-1)};
    }
    return null;
  };

  const look = () => {
    const found = {turned: [], all: [], count: 0};
    for (const element of document.querySelectorAll(places)) {
      if (!seen(element)) continue;
      found.count += 1;
      const fault = wrong(element);
      if (fault) found.turned.push(`${fault} in ${element.textContent.trim().slice(0, 60)}`);
    }
    for (const node of texts(document.body))
      if (node.data.trim())
        for (const rect of box(node, 0, node.data.length))
          found.all.push([rect.left, rect.top, rect.right, rect.bottom].map(Math.round).join(' '));
    return found;
  };

  if (!sides) return look();
  const place = document.getElementById('qa'), found = {};
  for (const [title, html] of sides) {
    place.innerHTML = html;
    for (const details of place.querySelectorAll('details')) details.open = true;
    await Promise.all([...document.images].map(image => image.decode()));
    found[title] = look();
  }
  return found;
}
