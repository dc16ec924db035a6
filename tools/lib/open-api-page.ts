/** docs/open-api.md: which classes and methods of the KSC Open API this server carries out. */
import { type ClassSpec, type MethodSpec, methodsTable } from '../../protocols/src/ksc-open-api/index.ts';
import { openApiClasses } from '../../server/src/administration/open-api/classes/index.ts';

/** What a server's list of methods says of one: the right that it asks for, and what it does in its own way. */
export type Supported = Readonly<Record<string, Readonly<Record<string, { needs: string | null; note?: string }>>>>;

/** The list that the server itself answers from. */
export const supportedMethods = (): Supported => {
  const never = () => {
    throw new Error('only listed, never called');
  };
  return openApiClasses({ start: never, end: never, createToken: never });
};

const intro = `# The KSC Open API of this server

<!-- Drawn by \`npm run generate\` from the table of the protocol and the server's own list. Do not edit. -->

JSON over HTTPS, \`POST /api/v1.0/<Class>.<Method>\`, by default on port 13299. Programs that were written for
Kaspersky Security Center talk to Gatehouse by it.

- Two logins: by connection (\`POST /api/v1.0/login\`) and by session (\`Session.StartSession\`). \`X-KSC-VServer\` names
  the tenant in base64; none means the main server, from which all tenants of the user are seen.
- A method that is not supported, and one that nobody knows, is answered by HTTP 200 with \`PxgError\` 1194. A right that
  the user lacks is 1184, an object that does not exist or is another tenant's is 1186, an argument that cannot be right
  is 1192, what the state forbids is 1193.
- Arguments that are missing, \`null\` or empty are equal. Values inside containers may be wrapped or bare. Arguments that
  nobody knows are passed over.
- 401 and 403 are plain text. gzip when it is asked for. Files come whole, by one answer with HTTP 200.
- Result sets live as long as their login, at most 7200 s after their last use; 900 s unless told.

\`npm run pack:open-api\` makes a package of our client for programs in JavaScript and TypeScript. How to record what a
real Kaspersky Security Center answers is in [open-api-recordings.md](open-api-recordings.md).

Need 1: monitoring programs cannot do without; 2: many use it; 3: special. The list holds what public documentation and
public programs show of the versions 13 to 16; it is not complete.
`;

/** The page's text. Pure: `supported` is what the server's list says. */
export const drawOpenApiPage = (supported: Supported): string => {
  const documented = Object.entries(methodsTable);
  const own = Object.entries(supported).flatMap(([className, methods]) =>
    Object.keys(methods)
      .filter((name) => methodsTable[className]?.[name] === undefined)
      .map((name) => `| \`${className}.${name}\` | ${rightOf(supported, className, name)} |`),
  );
  const rows = documented.map(([className, methods]) => {
    const counts = countOf(supported, className, methods);
    return `| [${className}](#${className.toLowerCase()}) | ${counts.first} | ${counts.second} | ${counts.third} |`;
  });
  const total = (tier: number) => {
    const all = documented.flatMap(([className, methods]) => ofTier(methods, tier).map((name) => [className, name]));
    return `${all.filter(([className = '', name = '']) => has(supported, className, name)).length} of ${all.length}`;
  };
  return [
    intro,
    '## Summary',
    '',
    '| Class | Supported of need 1 | of need 2 | of need 3 |',
    '| --- | --- | --- | --- |',
    ...rows,
    `| **All** | ${total(1)} | ${total(2)} | ${total(3)} |`,
    '',
    ...documented.flatMap(([className, methods]) => section(supported, className, methods)),
    ...(own.length === 0
      ? []
      : [
          '## Methods that no documentation has',
          '',
          'Between servers of ours. A program that shall work with other servers too does without them.',
          '',
          '| Method | Right |',
          '| --- | --- |',
          ...own,
          '',
        ]),
  ].join('\n');
};

const has = (supported: Supported, className: string, name: string): boolean =>
  Object.hasOwn(supported, className) && Object.hasOwn(supported[className] ?? {}, name);

const rightOf = (supported: Supported, className: string, name: string): string => {
  const needs = supported[className]?.[name]?.needs;
  return needs ? `\`${needs}\`` : 'any login';
};

const ofTier = (methods: ClassSpec, tier: number): string[] =>
  Object.keys(methods).filter((name) => methods[name]?.tier === tier);

const countOf = (supported: Supported, className: string, methods: ClassSpec) => {
  const count = (tier: number) => {
    const all = ofTier(methods, tier);
    return all.length === 0 ? '' : `${all.filter((name) => has(supported, className, name)).length} of ${all.length}`;
  };
  return { first: count(1), second: count(2), third: count(3) };
};

const section = (supported: Supported, className: string, methods: ClassSpec): string[] => [
  `## ${className}`,
  '',
  '| Method | Need | Supported | Right | Arguments | Reply | Notes |',
  '| --- | --- | --- | --- | --- | --- | --- |',
  ...Object.entries(methods).map(([name, spec]) => line(supported, className, name, spec)),
  '',
];

const line = (supported: Supported, className: string, name: string, spec: MethodSpec): string => {
  const isSupported = has(supported, className, name);
  const args = Object.entries(spec.args).map(([names, type]) => `\`${names.split('|').join('` or `')}\` ${type}`);
  const cells = [
    `\`${name}\``,
    String(spec.tier),
    isSupported ? 'yes' : 'no: 1194',
    isSupported ? rightOf(supported, className, name) : '',
    args.join(', '),
    spec.reply.map((member) => `\`${member}\``).join(', '),
    [spec.note, isSupported ? supported[className]?.[name]?.note : undefined].filter(Boolean).join('. '),
  ];
  return `| ${cells.join(' | ')} |`;
};
