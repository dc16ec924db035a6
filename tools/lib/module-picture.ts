/** Who imports whom, as a Mermaid picture: a box per module, a frame per system. */

const BEGIN = '<!-- module picture: begin (npm run generate) -->';
const END = '<!-- module picture: end -->';

interface Place {
  /** The frame around the box; null for what stands alone. */
  frame: string | null;
  module: string;
}

const SYSTEMS = ['administration', 'integrations', 'siem', 'hub'];

/** The module of a source file; null for tests, test helpers, tools and the wiring at the top of server/src. */
const placeOf = (file: string): Place | null => {
  if (/[.]test(ing)?[.]|\/testing\/|-contract[.]ts$|^tools\//.test(file)) return null;
  const [workspace = '', , first = '', second = ''] = file.split('/');
  if (workspace !== 'server') return { frame: null, module: workspace };
  if (!file.startsWith(`server/src/${first}/`)) return null;
  if (!SYSTEMS.includes(first)) return { frame: null, module: first };
  // flow.ts and index.ts wire the modules of their system together: arrows from them would hide the others.
  return second.endsWith('.ts') ? null : { frame: first, module: second };
};

const idOf = ({ frame, module }: Place) => [frame, module].filter(Boolean).join('_').replaceAll('-', '_');

// What everybody uses is said once in the text; its arrows would cover everything else.
const USED_BY_ALL = ['platform', 'contract'];

/** @param imports file to file, as paths from the root of the checkout */
export const drawModules = (imports: { from: string; to: string }[]): string => {
  const boxes = new Map<string, Place>();
  const arrows = new Set<string>();
  for (const { from, to } of imports) {
    const [source, target] = [placeOf(from), placeOf(to)];
    if (!source || !target) continue;
    for (const place of [source, target]) boxes.set(idOf(place), place);
    if (idOf(source) === idOf(target) || USED_BY_ALL.includes(target.module)) continue;
    arrows.add(`  ${idOf(source)} --> ${idOf(target)}`);
  }
  const sorted = [...boxes.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
  const box = ([id, { module }]: [string, Place]) => `${id}["${module}"]`;
  const frames = SYSTEMS.flatMap((system) => {
    const inside = sorted.filter(([, place]) => place.frame === system);
    if (inside.length === 0) return [];
    return [`  subgraph ${system}`, ...inside.map((entry) => `    ${box(entry)}`), '  end'];
  });
  const alone = sorted.filter(([, place]) => place.frame === null).map((entry) => `  ${box(entry)}`);
  return ['```mermaid', 'flowchart TD', ...frames, ...alone, ...[...arrows].sort(), '```'].join('\n');
};

/** The document with the picture between its two markers. @throws Error when a marker is missing */
export const putPicture = (document: string, picture: string): string => {
  const begin = document.indexOf(BEGIN);
  const end = document.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`The document has no place for the picture: ${BEGIN} … ${END}`);
  return `${document.slice(0, begin)}${BEGIN}\n${picture}\n${document.slice(end)}`;
};
