// The explorer's headline, charts and code in the page. The notebook use/00c_board says what goes in and what comes back.

const name_of = e => ((e.closest && e.closest('path[aria-label*="name: "]') || e)
  .getAttribute?.('aria-label') || '').match(/name: ([^;]*)/)?.[1];

function in_lab() { return !!document.querySelector('#jp-main-dock-panel'); }
function is_dark() {
  return in_lab() ? document.body.dataset.jpThemeLight === 'false' : matchMedia('(prefers-color-scheme: dark)').matches;
}

// Theme, and names for what ipywidgets leaves without one.
function dress(el) {
  const root = el.closest('.distcnn-explorer');
  if (!root) return;
  root.classList.toggle('distcnn-dark', is_dark());
  for (const [part, role, said] of [['panel', 'region', 'Controls'],
       ['main', in_lab() ? 'region' : 'main', 'Placement']]) {
    const e = root.querySelector(`.distcnn-${part}`);
    if (e) { e.setAttribute('role', role); e.setAttribute('aria-label', said); }
  }
  if (!in_lab()) {
    document.documentElement.classList.add('distcnn-page');
    document.documentElement.classList.toggle('distcnn-dark', is_dark());
    document.documentElement.lang ||= 'en';
  }
  for (const box of root.querySelectorAll('.jupyter-widgets, .widget-inline-hbox')) {
    const label = box.querySelector(':scope > .widget-label'), said = label && label.textContent.trim();
    if (!said) continue;
    const unnamed = ':scope > input, :scope > select, .noUi-handle, .widget-readout[contenteditable]';
    for (const e of box.querySelectorAll(unnamed))
      if (!e.getAttribute('aria-label')) e.setAttribute('aria-label', said);
    for (const e of box.querySelectorAll('.widget-readout[contenteditable]')) e.setAttribute('role', 'textbox');
  }
  for (const e of root.querySelectorAll('.widget-upload input, input[type=file]')) e.setAttribute('aria-label', 'file');
  for (const e of root.querySelectorAll('.widget-upload')) // a count of files that were taken already tells nothing
    for (const t of e.childNodes) if (t.nodeType === 3 && / \(\d+\)$/.test(t.data)) t.data = t.data.replace(/ \(\d+\)$/, '');
}

// What of a chart's place on the screen Python has to know: metres under the mouse, the marks that stand for units.
function ground_of(view) {
  const svg = view.container().querySelector('svg'), ground = svg.querySelector('g');
  const local = e => new DOMPoint(e.clientX, e.clientY).matrixTransform(ground.getScreenCTM().inverse());
  const metres = e => { const p = local(e); return [view.scale('x').invert(p.x), view.scale('y').invert(p.y)]; };
  const marks = [...svg.querySelectorAll('path[aria-label*="name: "]')].map(p => [name_of(p), p]);
  return { svg, ground, local, metres, targets: [...new Map(marks).values()] };
}

// The keyboard: arrows go to the nearest unit in that direction, Enter does what is chosen, Shift and an arrow pushes.
function by_keyboard({ svg, targets }, choose, model) {
  const middle = p => { const b = p.getBoundingClientRect(); return [b.x + b.width/2, b.y + b.height/2]; };
  svg.addEventListener('keydown', e => {
    const name = name_of(e.target),
      step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[e.key];
    if (!name) return;
    if (e.key === 'Enter' || e.key === ' ') { e.preventDefault(); model.send({ clicked: name }); }
    if (!step) return;
    e.preventDefault();
    if (e.shiftKey && model.get('tool') === 'move') model.send({ pushed: name, by: [step[0]*.5, -step[1]*.5] });
    if (e.shiftKey) return;
    const [x, y] = middle(e.target);
    const far = p => {
      const [a, b] = middle(p), along = (a - x)*step[0] + (b - y)*step[1];
      return along < 2 ? Infinity : along + 2*(Math.abs((a - x)*step[1]) + Math.abs((b - y)*step[0]));
    };
    const next = targets.filter(p => p !== e.target).sort((p, q) => far(p) - far(q))[0];
    if (next && far(next) < Infinity) choose(next);
  });
}

// A unit that is dragged: a ring follows, and Python hears where it was let go.
function by_dragging({ svg, ground, local, metres }, model) {
  svg.addEventListener('pointerdown', e => {
    const name = name_of(e.target), from = [e.clientX, e.clientY];
    if (e.button !== 0 || model.get('tool') !== 'move' || !name) return;
    e.preventDefault();
    svg.setPointerCapture(e.pointerId);
    const ghost = document.createElementNS('http://www.w3.org/2000/svg', 'circle');
    for (const [k, v] of Object.entries({ r: 11, fill: 'none', stroke: '#D55E00', 'stroke-width': 3 }))
      ghost.setAttribute(k, v);
    ground.append(ghost);
    const follow = m => { const p = local(m); ghost.setAttribute('cx', p.x); ghost.setAttribute('cy', p.y); };
    follow(e);
    const end = u => {
      svg.removeEventListener('pointermove', follow);
      for (const kind of ['pointerup', 'pointercancel']) svg.removeEventListener(kind, end);
      ghost.remove();
      if (u.type === 'pointerup' && Math.hypot(u.clientX - from[0], u.clientY - from[1]) > 4)
        model.send({ moved: name, at: metres(u) });
    };
    svg.addEventListener('pointermove', follow);
    svg.addEventListener('pointerup', end);
    svg.addEventListener('pointercancel', end);
  });
}

// The map answers; `focused` is the unit that had the focus in the one before.
function answer(map, model, focused) {
  const where = ground_of(map.view), { svg, targets, metres } = where;
  const choose = (p, focus = true) => {
    targets.forEach(t => t.setAttribute('tabindex', t === p ? 0 : -1));
    if (focus) p.focus();
  };
  targets.forEach(p => p.setAttribute('role', 'button'));
  svg.setAttribute('aria-label', 'Map: arrows go from unit to unit, Enter does what is chosen above it');
  if (targets.length) choose(targets.find(p => name_of(p) === focused) || targets[0], !!focused);
  by_keyboard(where, choose, model);
  by_dragging(where, model);
  svg.addEventListener('click', e => {
    const name = name_of(e.target), tool = model.get('tool');
    if (name && tool !== 'move') {
      choose(targets.find(p => name_of(p) === name) || e.target, false);
      model.send({ clicked: name });
    } else if (tool === 'add') model.send({ at: metres(e) });
  });
}

// How much room charts have: how wide, and how tall without scrolling.
function room(el, model) {
  const charts = el.querySelector('.distcnn-charts'), wide = Math.floor(charts.clientWidth), before = model.get('room');
  const top = charts.getBoundingClientRect().top + (in_lab() ? 0 : scrollY);
  const tall = Math.floor(in_lab() ? .8*innerHeight : Math.max(innerHeight - top - 12, .85*innerHeight));
  if (!wide || Math.abs(wide - (before[0] || 0)) + Math.abs(tall - (before[1] || 0)) < 24) return;
  model.set('room', [wide, tall]);
  model.save_changes();
}

// The code, shown where it is wanted, and its button.
function code_box(code, model) {
  const text = code.querySelector('textarea'), open = () => { code.hidden = !model.get('code_open'); };
  code.querySelector('button').addEventListener('click', async e => {
    const button = e.target;
    try { await navigator.clipboard.writeText(text.value); }
    catch { text.select(); document.execCommand('copy'); }
    button.textContent = 'Copied';
    setTimeout(() => { button.textContent = 'Copy'; }, 1500);
  });
  model.on('change:code_open', open);
  open();
  return () => model.off('change:code_open', open);
}

// Hints that were put away stay away.
function remember_hints(model) {
  const hints = () => {
    try { localStorage.setItem('distcnn-hints', model.get('hints') ? '1' : '0'); } catch { /* not kept */ } };
  let wanted = '1';
  try { wanted = localStorage.getItem('distcnn-hints'); } catch { /* not kept */ }
  if (wanted === '0') { model.set('hints', false); model.save_changes(); }
  model.on('change:hints', hints);
  return () => model.off('change:hints', hints);
}

const FRAME = `<div class="distcnn-said" aria-live="polite"></div>
  <div class="distcnn-charts"><figure data-chart="map"><div></div><figcaption></figcaption></figure>
  <div class="distcnn-aside"><figure data-chart="split"><div></div><figcaption></figcaption></figure>
  <figure data-chart="who"><div></div><figcaption></figcaption></figure>
  <section class="distcnn-code" hidden aria-label="Python"><button type="button" class="jupyter-button">Copy</button>
  <textarea readonly spellcheck="false" aria-label="Python that gives this placement"></textarea></section></div></div>`;

function render({ model, el }) {
  el.classList.add('distcnn-board');
  el.innerHTML = FRAME;
  const figures = Object.fromEntries([...el.querySelectorAll('figure')].map(f => [f.dataset.chart, f]));
  let newest = 0, drawn = [];

  async function draw() { // all of one placement at once, or nothing
    const mine = ++newest, shown = structuredClone(model.get('shown')), fresh = [];
    for (const key of Object.keys(figures)) {
      const place = document.createElement('div'), spec = shown[key];
      if (!spec) { fresh.push([key, place, null, '']); continue; }
      const how = { renderer: 'svg', actions: false, tooltip: { theme: is_dark() ? 'dark' : 'light' } };
      try { fresh.push([key, place, await vegaEmbed(place, spec, how), spec.usermeta?.placement ?? '']); }
      catch (e) { place.textContent = 'This chart cannot be drawn: ' + e.message; fresh.push([key, place, null, '']); }
      if (mine !== newest) { fresh.forEach(([, , d]) => d && d.finalize()); return; } // a newer one came meanwhile
    }
    const focused = el.contains(document.activeElement) && name_of(document.activeElement);
    drawn.forEach(d => d.finalize());
    drawn = fresh.map(([, , d]) => d).filter(Boolean);
    for (const [key, place, d, number] of fresh) {
      const figure = figures[key];
      figure.dataset.placement = number;
      figure.hidden = !d;
      figure.firstElementChild.replaceChildren(place);
      figure.querySelector('figcaption').textContent = number === '' ? '' : 'placement ' + number;
    }
    el.querySelector('.distcnn-said').innerHTML = shown.said || '';
    el.querySelector('textarea').value = shown.code || '';
    el.dataset.placement = shown.number;
    for (const g of el.querySelectorAll('svg [role=graphics-symbol]:not([aria-label])'))
      g.removeAttribute('role'); // marks without data
    el.querySelector('.distcnn-charts').classList.toggle('distcnn-old', !!shown.old);
    if (fresh[0][2]) answer(fresh[0][2], model, focused);
    dress(el);
  }

  let waiting;
  const later = () => { clearTimeout(waiting); waiting = setTimeout(() => { room(el, model); dress(el); }, 150); };
  const seen = new ResizeObserver(later), theme = matchMedia('(prefers-color-scheme: dark)');
  seen.observe(el);
  const changed = new MutationObserver(later); // controls come and go
  setTimeout(() => {
    const root = el.closest('.distcnn-explorer');
    if (root) changed.observe(root, { childList: true, subtree: true });
  }, 0);
  addEventListener('resize', later);
  theme.addEventListener('change', draw);
  model.on('change:shown', draw);
  const ends = [code_box(el.querySelector('.distcnn-code'), model), remember_hints(model)];
  draw();
  later();
  return () => {
    ++newest; seen.disconnect(); changed.disconnect();
    removeEventListener('resize', later); theme.removeEventListener('change', draw);
    model.off('change:shown', draw);
    [...ends, ...drawn.map(d => () => d.finalize())].forEach(end => end());
  };
}
export default { render }
