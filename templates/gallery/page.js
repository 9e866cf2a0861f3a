// Turns cards, searches them, and says why each may be shown. Everything that it shows
// is in the page: nothing is fetched, except news from `nnanki preview --serve`.
(() => {
  'use strict';

  const data = JSON.parse(document.getElementById('data').textContent);
  const byId = new Map(data.cards.map(card => [card.id, card]));
  const $ = id => document.getElementById(id);
  const views = ['home', 'card', 'study', 'proof'];
  const root = document.documentElement;
  const WIDE = 900; // pixels of a desktop's window

  // -- what is remembered in this browser, where it can be ----------------------------

  // For good, or for as long as this window is open; a private one may refuse both.
  const kept = where => ({
    get(name, otherwise) {
      try { return JSON.parse(window[where].getItem(`nnanki ${data.name} ${name}`)) ?? otherwise; }
      catch { return otherwise; }
    },
    set(name, value) {
      try { window[where].setItem(`nnanki ${data.name} ${name}`, JSON.stringify(value)); }
      catch { /* then nothing is remembered */ }
    },
  });
  const memory = kept('localStorage'), now = kept('sessionStorage');

  // -- light and dark -----------------------------------------------------------------

  const themes = ['auto', 'light', 'dark'];
  let theme = memory.get('theme', 'auto');
  const system = matchMedia('(prefers-color-scheme: dark)');
  const dark = () => theme === 'auto' ? system.matches : theme === 'dark';

  function paint() {
    if (theme === 'auto') delete root.dataset.theme;
    else root.dataset.theme = theme;
    $('theme').querySelector('span').textContent = theme;
  }

  function nextTheme() {
    theme = themes[(themes.indexOf(theme) + 1) % themes.length];
    memory.set('theme', theme);
    paint();
    show();
  }

  // -- a card as Anki shows it, in a frame of its own ---------------------------------

  // What Anki's reviewer brings along before the card's own style.
  const REVIEWER = 'body{margin:20px;overflow-wrap:break-word}img{max-width:100%;max-height:95vh}' +
    'li{text-align:start}pre{text-align:left}#typeans{width:100%;box-sizing:border-box;line-height:1.75}' +
    'code#typeans{white-space:pre-wrap}html{scrollbar-width:none}' +
    'math{font-family:"STIX Two Math","Cambria Math","Latin Modern Math",math}';

  function content(card, look) {
    return card[look.side].replace(/\[\[type:\w+\]\]/, look.side === 'front'
      ? '<center><input type="text" id="typeans" aria-label="Your answer" autocomplete="off"></center>'
      : compared(card.typed, look.given ?? ''));
  }

  // What was typed beside what was to be typed, marked as Anki marks it.
  function compared(wanted, given) {
    const said = new Option(given).innerHTML;
    if (!given || said === wanted) return `<code id="typeans"><span class="typeGood">${wanted}</span></code>`;
    return `<code id="typeans"><span class="typeBad">${said}</span><br><span id="typearrow">↓</span><br>` +
      `<span class="typeMissed">${wanted}</span></code>`;
  }

  function page(card, look) {
    const night = look.shade === 'dark' ? ' nightMode night_mode' : '';
    const device = look.width === 'phone' ? ' class="mobile"' : '';
    return `<!doctype html><html lang="en" dir="ltr"${device}><head><meta charset="utf-8">` +
      `<meta name="viewport" content="width=device-width"><title>${card.id}</title>` +
      `<base target="_blank"><style>${REVIEWER}</style><style>${data.css}</style></head>` +
      `<body class="card card1${night}"><div id="qa" dir="auto">${content(card, look)}</div></body></html>`;
  }

  function frame(card, look) {
    const box = document.createElement('div');
    const inner = document.createElement('iframe');
    box.className = `frame ${look.width}`;
    inner.title = `${card.id}: ${look.side}, ${look.shade}, ${look.width}`;
    inner.addEventListener('load', () => {
      const page = inner.contentDocument;
      page.addEventListener('keydown', pressed);
      page.addEventListener('toggle', () => fit(inner), true);
      new ResizeObserver(() => fit(inner)).observe(page.body);
      new ResizeObserver(() => fit(inner)).observe(box);
      fit(inner);
      if (look.ready) look.ready(page);
    });
    inner.srcdoc = page(card, look);
    box.append(inner);
    return box;
  }

  const mine = () => ({shade: dark() ? 'dark' : 'light', width: 'own'});

  // One card on the first view, so that nobody has to be told what a card is.
  function sample() {
    const card = data.cards.find(card => card.kind === 'predict') ?? data.cards[0];
    if (!card) return;
    $('sample').replaceChildren(...['front', 'back'].map(side => frame(card, {side, ...mine()})));
  }

  function fit(inner) {
    const box = inner.parentElement, page = inner.contentDocument;
    if (!box || !page || !page.body) return;
    const room = box.clientWidth;
    const scale = box.classList.contains('desktop') ? Math.min(1, room / WIDE) : 1;
    inner.style.width = scale < 1 ? `${WIDE}px` : '';
    inner.style.transform = scale < 1 ? `scale(${scale})` : '';
    const least = box.classList.contains('phone') ? 480 : 320;
    const edge = getComputedStyle(page.body);
    const own = page.body.getBoundingClientRect().height + parseFloat(edge.marginTop) + parseFloat(edge.marginBottom);
    const height = Math.max(least, Math.ceil(own));
    inner.style.height = `${height}px`;
    box.style.height = `${Math.ceil(height * scale) + 2}px`;
  }

  // -- what is chosen -----------------------------------------------------------------

  const picked = name => document.querySelector(`[name="${name}"]:checked`).value;

  function pick(name, value) {
    const found = document.querySelector(`[name="${name}"][value="${value}"]`);
    if (found) found.checked = true;
  }

  const each = (name, values) => {
    const value = picked(name);
    return value === 'both' ? values : [value];
  };

  // -- search -------------------------------------------------------------------------

  const FIELDS = ['words', 'by-concept', 'by-kind', 'by-level'];
  const words = new Map();

  function text(card) {
    if (!words.has(card.id)) {
      const found = new DOMParser().parseFromString(card.front + card.back, 'text/html').body.textContent;
      const facts = [card.id, card.kind, card.level, card.title, card.place, ...card.symbols];
      words.set(card.id, `${facts.join(' ')} ${found}`.toLowerCase());
    }
    return words.get(card.id);
  }

  function matches(card) {
    const fits = (name, fact) => !$(name).value || $(name).value === fact;
    return fits('by-concept', card.concept) && fits('by-kind', card.kind) && fits('by-level', card.level) &&
      $('words').value.toLowerCase().split(/\s+/).every(word => text(card).includes(word));
  }

  let chosen = data.cards;

  function search() {
    chosen = data.cards.filter(matches);
    const ids = new Set(chosen.map(card => card.id));
    for (const row of document.querySelectorAll('[data-card]')) row.hidden = !ids.has(row.dataset.card);
    for (const part of document.querySelectorAll('.concept')) part.hidden = !part.querySelector('li:not([hidden])');
    const all = data.cards.length;
    $('found').textContent = chosen.length === all ? `${all} cards` : `${chosen.length} of ${all} cards`;
    $('nothing').hidden = chosen.length > 0;
    const filter = Object.fromEntries(FIELDS.map(id => [id, $(id).value]));
    now.set('filter', filter);
  }

  function clear() {
    for (const id of FIELDS) $(id).value = '';
    search();
    $('words').focus();
  }

  // -- views --------------------------------------------------------------------------

  let view = '', current = null;

  function address() {
    const [name, id] = location.hash.replace(/^#\/?/, '').split('/');
    if (name === 'card' && byId.has(id)) return ['card', id];
    return [['study', 'proof'].includes(name) ? name : 'home', ''];
  }

  function show() {
    const [name, id] = address();
    const moved = name !== view || name === 'card' && current.id !== id;
    view = name;
    current = name === 'card' ? byId.get(id) : null;
    document.title = [current?.id, $('title').textContent].filter(Boolean).join(' · ');
    for (const each of views) $(`view-${each}`).hidden = each !== view;
    for (const link of document.querySelectorAll('[data-view]')) {
      if (link.dataset.view === view) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
    if (view === 'home') sample();
    if (view === 'card') showCard();
    if (view === 'study') deal();
    return moved;
  }

  // Show what the address names, and put the focus where reading goes on.
  function arrive() {
    const before = view, last = current, moved = show();
    const target = location.hash.startsWith('#/') ? null : $(location.hash.slice(1));
    const row = view === 'home' && last && document.querySelector(`[data-card="${last.id}"]`);
    if (target) {
      target.scrollIntoView();
      target.querySelector('[tabindex="-1"]')?.focus({preventScroll: true});
    } else if (moved && before && row && !row.hidden) {
      row.firstElementChild.focus();
    } else if (moved && before) {
      scrollTo(0, 0);
      document.querySelector(`#view-${view} h1`).focus({preventScroll: true});
    }
  }

  // At once, and not when the browser gets round to it: keys may be pressed quickly.
  function go(where) {
    location.hash = where;
    arrive();
  }

  const link = card => `#/card/${card.id}`;

  function beside(step) {
    const list = chosen.includes(current) ? chosen : data.cards;
    return list[list.indexOf(current) + step];
  }

  function showCard() {
    const card = current, list = chosen.includes(card) ? chosen : data.cards;
    $('card-title').textContent = `${card.title}: ${card.id}`;
    $('card-place').textContent = `${card.kind} · ${card.place}`;
    $('count').textContent = `${list.indexOf(card) + 1} of ${list.length}`;
    for (const [id, step] of [['before', -1], ['after', 1]]) {
      const other = beside(step);
      $(id).setAttribute('aria-disabled', String(!other));
      if (other) $(id).href = link(other);
      else $(id).removeAttribute('href');
    }
    $('late').hidden = !card.note;
    $('late').textContent = card.note ? `This card ${card.note}. Here it is as it last was good.` : '';
    showFrames();
    showEvidence(card);
  }

  function showFrames() {
    const frames = [];
    for (const width of each('width', ['phone', 'desktop']))
      for (const side of each('side', ['front', 'back']))
        for (const shade of each('shade', ['light', 'dark']))
          frames.push(frame(current, {side, shade, width}));
    $('frames').replaceChildren(...frames);
  }

  function flip() {
    if (picked('side') !== 'both') pick('side', picked('side') === 'front' ? 'back' : 'front');
    remember();
    showFrames();
  }

  function remember() {
    memory.set('look', Object.fromEntries(['width', 'shade'].map(name => [name, picked(name)])));
    now.set('side', picked('side'));
  }

  function showEvidence(card) {
    const facts = [['card', card.id], ['stands in', card.place], ['proof', `${card.level}: ${card.meaning}`]];
    if (card.unrun) facts.push(['not run', card.unrun]);
    if (card.symbols.length) facts.push(['rests on', card.symbols.join(', ')]);
    if (card.caught) facts.push(['bug caught by', card.caught]);
    if (card.source) facts.push(['cited from', card.source]);
    $('facts').replaceChildren(...facts.flatMap(([name, fact]) => {
      const term = document.createElement('dt'), said = document.createElement('dd');
      term.textContent = name;
      said.textContent = fact;
      if (name === 'stands in' && data.url) linked(said, `${data.url}/blob/HEAD/${fact.replace(':', '#L')}`);
      if (name === 'cited from') linked(said, fact);
      return [term, said];
    }));
    $('symbols').replaceChildren(...card.symbols.flatMap(name => {
      const found = document.querySelector(`#view-proof [data-symbol="${CSS.escape(name)}"]`);
      return found ? [found.cloneNode(true)] : [];
    }));
  }

  function linked(place, address) {
    const link = document.createElement('a');
    link.href = address;
    link.textContent = place.textContent;
    place.replaceChildren(link);
  }

  // -- studying: what was not known comes again a few cards later ---------------------

  let queue = null, dealt = '', answered = false, given = '', of = 0;

  function deal(anew) {
    const concept = $('study-concept').value;
    if (queue && !anew && dealt === concept) { desk(); return; }
    dealt = concept;
    const known = new Set(memory.get('known', []));
    const all = data.cards.filter(card => !concept || card.concept === concept);
    queue = all.filter(card => !known.has(card.id));
    of = all.length;
    answered = false;
    desk();
  }

  function desk() {
    const card = queue[0];
    $('study-count').textContent = `${of - queue.length} of ${of} known`;
    $('study-progress').value = of ? (of - queue.length) / of : 1;
    $('study-buttons').hidden = !card;
    $('study-done').hidden = Boolean(card);
    $('show').hidden = answered;
    $('again').hidden = $('good').hidden = !answered;
    if (!card) { $('desk').replaceChildren(); return; }
    const ready = page => answered || page.getElementById('typeans')?.focus();
    $('desk').replaceChildren(frame(card, {side: answered ? 'back' : 'front', ...mine(), given, ready}));
  }

  function answer() {
    if (!queue.length) return;
    given = $('desk').querySelector('iframe').contentDocument.getElementById('typeans')?.value ?? '';
    answered = true;
    desk();
    $('good').focus({preventScroll: true});
  }

  function rate(good) {
    if (!answered) return;
    const card = queue.shift();
    if (good) memory.set('known', [...new Set([...memory.get('known', []), card.id])]);
    else queue.splice(Math.min(4, queue.length), 0, card);
    answered = false;
    given = '';
    desk();
    if (queue.length) $('show').focus({preventScroll: true});
    else $('restart').focus();
    scrollTo(0, 0);
  }

  function restart() {
    const mine = new Set(data.cards.filter(card => !dealt || card.concept === dealt).map(card => card.id));
    memory.set('known', memory.get('known', []).filter(id => !mine.has(id)));
    deal(true);
    $('show').focus();
  }

  // -- keys ---------------------------------------------------------------------------

  const typing = target => target.closest?.('input:not([type="radio"]), textarea, select');
  const pressing = target => target.closest?.('button, a, summary, [type="radio"]');

  function pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || $('keys').open) return;
    if (event.key === 'Escape') { leave(event); return; }
    if (typing(event.target)) {
      if (event.key === 'Enter' && event.target.id === 'typeans' && view === 'study') answer();
      if (event.key === 'ArrowDown' && event.target.id === 'words') move(1, event);
      return;
    }
    const act = keys[event.key];
    if (act) act(event);
  }

  const done = (event, what) => { event.preventDefault(); what(); };

  const keys = {
    '/': event => done(event, () => { go('#/'); $('words').focus(); $('words').select(); }),
    'ArrowRight': event => turn(1, event),
    'ArrowLeft': event => turn(-1, event),
    'ArrowDown': event => move(1, event),
    'ArrowUp': event => move(-1, event),
    ' ': event => {
      if (pressing(event.target)) return;
      if (view === 'card') done(event, flip);
      if (view === 'study') done(event, () => answered ? rate(true) : answer());
    },
    '1': event => { if (view === 'study') done(event, () => rate(false)); },
    's': event => done(event, () => go('#/study')),
    't': event => done(event, nextTheme),
    '?': event => done(event, () => $('keys').showModal()),
  };

  function turn(step, event) {
    if (view !== 'card' || event.target.type === 'radio') return;
    const other = beside(step);
    if (other) done(event, () => go(link(other)));
  }

  function move(step, event) {
    if (view !== 'home') return;
    const links = [...document.querySelectorAll('.concept:not([hidden]) li:not([hidden]) a')];
    const here = links.indexOf(document.activeElement);
    if (here < 0 && (step < 0 || document.activeElement.closest('.top, .graph, .actions, select'))) return;
    const next = here + step;
    done(event, () => next < 0 ? $('words').focus() : links[Math.min(next, links.length - 1)]?.focus());
  }

  function leave(event) {
    if (event.target.id === 'words' && $('words').value) { $('words').value = ''; search(); event.preventDefault(); }
    else if (view !== 'home') done(event, () => go('#/'));
  }

  // -- news: the page is made anew whenever the author saves --------------------------

  function listen() {
    const news = new EventSource('news');
    let known = null;
    news.addEventListener('page', event => {
      if (known === null) known = event.data;
      if (known !== event.data) reload();
    });
    news.addEventListener('work', event => { $('work').hidden = !event.data; $('work').textContent = event.data; });
    news.addEventListener('error', () => {
      $('work').hidden = false;
      $('work').textContent = 'nnanki preview has stopped: the page shows what it last knew';
    });
    news.addEventListener('open', () => { $('work').hidden = true; });
  }

  function reload() {
    now.set('scroll', scrollY);
    location.reload();
  }

  // -- begin --------------------------------------------------------------------------

  function begin() {
    const look = memory.get('look', {});
    pick('width', look.width ?? 'both');
    pick('shade', look.shade ?? (dark() ? 'dark' : 'light'));
    pick('side', now.get('side', 'front'));
    for (const [id, value] of Object.entries(now.get('filter', {}))) $(id).value = value;
    for (const id of ['theme', 'help', 'search']) $(id).hidden = false;
    $('still').hidden = true;
    $('theme').addEventListener('click', nextTheme);
    system.addEventListener('change', show);
    $('help').addEventListener('click', () => $('keys').showModal());
    $('search').addEventListener('input', search);
    $('search').addEventListener('submit', event => event.preventDefault());
    $('clear').addEventListener('click', clear);
    $('flip').addEventListener('click', flip);
    $('show').addEventListener('click', answer);
    $('again').addEventListener('click', () => rate(false));
    $('good').addEventListener('click', () => rate(true));
    $('restart').addEventListener('click', restart);
    $('study-concept').addEventListener('change', () => deal(true));
    for (const input of document.querySelectorAll('.choice input'))
      input.addEventListener('change', () => { remember(); showFrames(); });
    document.addEventListener('keydown', pressed);
    document.querySelector('.skip').addEventListener('click', event => done(event, () => $('content').focus()));
    addEventListener('hashchange', arrive);
    paint();
    search();
    arrive();
    scrollTo(0, now.get('scroll', scrollY));
    now.set('scroll', null);
    if (data.live) listen();
  }

  begin();
})();
