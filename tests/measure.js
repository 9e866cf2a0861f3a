// What is wrong with how a page looks: it scrolls sideways, text is cut off or too pale,
// something to press is too small. Returns sentences.
async (sides) => {
  const LEAST = 4.5;
  const seen = element => {
    if (!element.checkVisibility({visibilityProperty: true})) return false;
    for (let each = element; each; each = each.parentElement)
      if (getComputedStyle(each).clipPath.startsWith('inset(50%')) return false; // for ears only
    return true;
  };

  // -- colours --------------------------------------------------------------------
  const canvas = Object.assign(document.createElement('canvas'), {width: 1, height: 1});
  const context = canvas.getContext('2d', {willReadFrequently: true});
  const known = new Map();
  const rgba = colour => {
    if (!known.has(colour)) {
      context.clearRect(0, 0, 1, 1);
      context.fillStyle = colour;
      context.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = context.getImageData(0, 0, 1, 1).data;
      known.set(colour, [r, g, b, a / 255]);
    }
    return known.get(colour);
  };
  const over = (top, below) => {
    const [r, g, b, a] = top;
    return [r, g, b].map((value, n) => value * a + below[n] * (1 - a)).concat(1);
  };
  const ground = element => {
    const layers = [];
    for (let each = element; each; each = each.parentElement) {
      const colour = rgba(getComputedStyle(each).backgroundColor);
      if (colour[3] > 0) layers.push(colour);
      if (colour[3] === 1) break;
    }
    return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255, 1]);
  };
  const light = colour => {
    const [r, g, b] = colour.map(value => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (style, below) => {
    const ink = over(rgba(style.color), below);
    const [dark, bright] = [light(ink), light(below)].sort((a, b) => a - b);
    return (bright + 0.05) / (dark + 0.05) * (Number(style.opacity) < 1 ? Number(style.opacity) : 1);
  };

  // -- one side -------------------------------------------------------------------
  const name = element => element.tagName.toLowerCase() + (element.className && element.className.baseVal === undefined ? '.' + element.className.replaceAll(' ', '.') : '');
  const faults = [];
  const width = document.documentElement.clientWidth;
  let palest = 21, smallest = 99;

  const text = (node, say) => {
    const element = node.parentElement;
    if (!node.data.trim() || !seen(element)) return;
    const said = node.data.trim().slice(0, 30);
    const style = getComputedStyle(element);
    const value = contrast(style, ground(element));
    palest = Math.min(palest, value);
    if (value < LEAST) say(`contrast ${value.toFixed(2)} of ${name(element)}: ${said}`);
    if (element.closest('pre')) smallest = Math.min(smallest, parseFloat(style.fontSize));
    const range = document.createRange();
    const rects = [];
    for (const word of node.data.matchAll(/\S+/g)) { // space that hangs at a line's end is no text
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      rects.push(...[...range.getClientRects()].filter(rect => rect.width > 0.5));
    }
    let scrolls = false; // sideways, inside a box of its own
    for (let each = element; each && each !== document.documentElement; each = each.parentElement) {
      const over = getComputedStyle(each), box = each.getBoundingClientRect();
      if (over.display === 'inline') continue;
      scrolls ||= /auto|scroll/.test(over.overflowX);
      const across = !scrolls && /hidden|clip/.test(over.overflowX);
      const down = /hidden|clip/.test(over.overflowY);
      if (rects.some(rect => across && (rect.right > box.right + 1 || rect.left < box.left - 1) ||
          down && (rect.bottom > box.bottom + 2 || rect.top < box.top - 2)))
        say(`cut off by ${name(each)}: ${said}`);
    }
    if (!scrolls && rects.some(rect => rect.right > width + 0.5 || rect.left < -0.5)) say(`outside the page: ${said}`);
  };

  const pseudo = (element, say) => {
    for (const part of ['::before', '::after']) {
      const style = getComputedStyle(element, part);
      if (['none', 'normal', '""'].includes(style.content) || style.display === 'none') continue;
      if (!/[^\s"\\]/.test(style.content.replace(/\/ ""$/, ''))) continue;
      const value = contrast(style, ground(element));
      palest = Math.min(palest, value);
      if (value < LEAST) say(`contrast ${value.toFixed(2)} of ${name(element)}${part}`);
    }
  };

  const target = (element, say) => {
    const box = element.getBoundingClientRect();
    const inline = element.tagName === 'A' && getComputedStyle(element).display === 'inline';
    const least = inline ? 0 : document.documentElement.classList.contains('mobile') ? 44 : 24;
    if (seen(element) && (box.height < least - 0.5 || box.width < 24)) say(`to press: ${name(element)} is ${Math.round(box.width)} × ${Math.round(box.height)}`);
  };

  const measure = say => {
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth) say(`scrolls sideways: ${root.scrollWidth} of ${root.clientWidth}`);
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) if (!/STYLE|SCRIPT/.test(walker.currentNode.parentElement.tagName)) text(walker.currentNode, say);
    for (const element of document.body.querySelectorAll('*')) if (seen(element)) pseudo(element, say);
    for (const element of document.body.querySelectorAll('a[href], summary, input, button, select')) target(element, say);
    for (const image of document.images) {
      if (!image.alt.trim()) say('a picture without alt text');
      if (seen(image) && image.getBoundingClientRect().right > width + 0.5) say(`outside the page: img is ${image.width} wide`);
    }
  };

  if (!sides) { measure(said => faults.push(said)); return {faults, palest, smallest}; }
  const place = document.getElementById('qa');
  for (const [title, html] of sides) {
    place.innerHTML = html;
    for (const details of place.querySelectorAll('details')) details.open = true;
    await Promise.all([...document.images].map(image => image.decode()));
    measure(said => faults.push(`${title}: ${said}`));
  }
  return {faults, palest, smallest};
}
