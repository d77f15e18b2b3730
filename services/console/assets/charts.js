// Draws each table of a series as a chart above it; without a script the tables stay as they are.

// Canvas does not know light-dark(): the browser works a colour out on an element.
function colour(name) {
  const probe = document.createElement('i');
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const known = getComputedStyle(probe).color;
  probe.remove();
  return known;
}

const COLOURS = ['--accent', '--person', '--wait', '--bad'];

function read(table) {
  const names = [...table.tHead.rows[0].cells].slice(1).map((cell) => cell.textContent);
  const rows = [...table.tBodies[0].rows];
  const days = rows.map((row) => row.cells[0].textContent);
  const values = names.map((_, at) => rows.map((row) => {
    const value = row.cells[at + 1].dataset.v;
    return value === undefined ? null : Number(value);
  }));
  return { names, days, values };
}

function shown(value, unit) {
  if (value === null || value === undefined) return '–';
  const number = value.toLocaleString(document.documentElement.lang, { maximumFractionDigits: unit ? 1 : 2 });
  return unit ? `${number} ${unit}` : number;
}

function draw(table) {
  const place = table.closest('.chart').querySelector('.plot');
  const { names, days, values } = read(table);
  const { kind, unit } = table.dataset;
  const [soft, line, card] = ['--soft', '--line', '--card'].map(colour);
  const font = '12px Golos, system-ui, sans-serif';
  const stacked = kind === 'stack';
  // A stack is drawn from the top down: each series lies in front of the sum of those below it.
  const sums = values.map((_, at) => days.map((__, day) => values.slice(0, at + 1).reduce((sum, one) => sum + (one[day] ?? 0), 0)));
  const data = stacked ? [...sums].reverse() : values;
  const order = names.map((_, at) => (stacked ? names.length - 1 - at : at));
  const bars = window.uPlot.paths.bars({ size: [0.62, 46], radius: 0.12 });
  const series = order.map((at) => {
    const stroke = colour(COLOURS[at % COLOURS.length]);
    const drawn = stacked || (kind === 'bars' && at === 0);
    return {
      label: names[at],
      stroke,
      fill: drawn ? stroke : undefined,
      paths: drawn ? bars : undefined,
      width: drawn ? 0 : 2.5,
      points: { show: !drawn, size: 6, fill: card },
      value: (_, __, ___, day) => (day === null ? '' : shown(values[at][day], unit)),
    };
  });
  const grid = { stroke: line, width: 1 };
  const every = Math.max(1, Math.ceil(days.length / 10));
  place.replaceChildren();
  return new window.uPlot({
    width: place.clientWidth,
    height: 210,
    padding: [12, 12, 0, 0],
    cursor: { y: false, drag: { x: false, y: false } },
    legend: { live: true },
    scales: {
      x: { time: false, range: [-0.6, days.length - 0.4] },
      y: { range: (_, __, most) => [0, Math.max(most * 1.12, unit === '%' ? 100 : 1)] },
    },
    axes: [
      { stroke: soft, font, size: 28, grid: { show: false }, ticks: { show: false }, splits: () => days.map((_, at) => at).filter((at) => at % every === 0), values: (_, at) => at.map((one) => days[one] ?? '') },
      { stroke: soft, font, grid, ticks: { show: false }, size: 56, values: (_, at) => at.map((one) => (Number.isInteger(one) || unit ? shown(one, unit) : '')) },
    ],
    series: [{ label: '', value: (_, __, ___, day) => (day === null ? '' : days[day]) }, ...series],
  }, [days.map((_, at) => at), ...data], place);
}

let plots = [];
function all() {
  plots.forEach((plot) => plot.destroy());
  plots = [...document.querySelectorAll('table.series')].map((table) => {
    table.closest('details').open = false;
    return draw(table);
  });
}

document.fonts.ready.then(all);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', all);
new ResizeObserver(() => plots.forEach((plot) => {
  const wide = plot.root.parentElement.clientWidth;
  if (wide && wide !== plot.width) plot.setSize({ width: wide, height: 210 });
})).observe(document.querySelector('main'));
