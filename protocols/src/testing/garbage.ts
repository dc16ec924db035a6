/** Lines like those that reach a collector from broken, foreign and hostile senders: the same ones for the same seed. */

/** Mulberry32. */
export const randomOf = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
};

/** Signs that the formats live by, and some that none of them expects. */
const SIGNS = [
  ...'<>[]"\\=|:;% \t\r\n\0',
  '\ufeff',
  '\ud800',
  '😀',
  'é',
  '0',
  '1',
  '9',
  '-',
  'CEF:0|',
  'LEEF:2.0|',
  '<14>1 ',
];

/**
 * Endless lines made of a corpus: cut, spliced, doubled, with signs put in and taken out, and now and then pure noise.
 *
 * @param seed any whole number
 */
export function* garbage(corpus: readonly string[], seed: number): Generator<string, never> {
  const random = randomOf(seed);
  const below = (most: number) => Math.floor(random() * most);
  const oneOf = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  for (;;) {
    let line = oneOf(corpus);
    for (let round = below(5); round >= 0; round -= 1) {
      const place = below(line.length + 1);
      const kind = below(8);
      if (kind === 0) line = line.slice(0, place);
      else if (kind === 1) line = line.slice(place);
      else if (kind === 2) line = line.slice(0, place) + oneOf(corpus).slice(below(40));
      else if (kind === 3) line = line.slice(0, place) + line.slice(place + 1 + below(4));
      else if (kind === 4) line = line.slice(0, place) + oneOf(SIGNS).repeat(1 + below(30)) + line.slice(place);
      else if (kind === 5) line = line.slice(0, place) + String.fromCharCode(below(0x1_0000)) + line.slice(place);
      else line = line.slice(0, place) + oneOf(SIGNS) + line.slice(place);
    }
    if (below(50) === 0) line = Array.from({ length: below(200) }, () => oneOf(SIGNS)).join('');
    // What grows by splicing stays short, so that many lines can be tried; long ones have tests of their own.
    yield line.length > 2000 ? line.slice(0, 2000) : line;
  }
}

/** What these senders really send, with names and addresses of ours. */
export const syslogCorpus = [
  "<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - \ufeff'su root' failed for lonvick on /dev/pts/8",
  "<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - - %% It's time to make the do-nuts.",
  '<165>1 2003-10-11T22:14:15.003Z mymachine.example.com evntslog - ID47 [exampleSDID@32473 iut="3" eventSource="Application" eventID="1011"][examplePriority@32473 class="high"]',
  '<10>1 2026-03-04T05:06:07.000Z ws-042.example.test KES|11.0.0.0 - GNRL_EV_VIRUS_FOUND [event@23668 p1="0f00aa" p2="C:\\\\Temp\\\\x.exe" p9="{\\"engine\\":1,\\"edr\\":{\\"id\\":\\"1\\"}}" et="GNRL_EV_VIRUS_FOUND" hdn="WS-042"] Result: Detected',
  "<34>Oct 11 22:14:15 mymachine su: 'su root' failed for lonvick on /dev/pts/8",
  '<13>Feb  5 17:32:18 10.0.0.99 Use the BFG!',
  '<165>Aug 24 05:34:00 2026 mymachine myproc[10]: %% It is time',
  '<166>Nov 22 2026 08:02:20 asa-1 : %ASA-6-302013: Built outbound TCP connection 1 for outside:203.0.113.7/443',
  '<189>123: *Mar  1 18:46:11.003: %SYS-5-CONFIG_I: Configured from console by vty0',
  '<30>2026-03-04T05:06:07.123456+01:00 gateway sshd[4711]: Accepted publickey for anna from 192.0.2.9 port 51234',
  '<189>date=2026-03-04 time=05:06:07 devname="fw-1" devid="FG100" logid="0000000013" type="traffic" srcip=192.0.2.3',
  '<14>Jan 18 11:07:53 host CEF:0|Vendor|Product|1.0|100|worm stopped|10|src=10.0.0.1 dst=2.1.2.2 spt=1232',
  '<999>Oct 11 22:14:15 mymachine su: too much',
  '<13>no time, no host',
];

export const cefCorpus = [
  'CEF:0|Security|threatmanager|1.0|100|worm successfully stopped|10|src=10.0.0.1 dst=2.1.2.2 spt=1232',
  '<14>Jan 18 11:07:53 host CEF:0|Vendor|Product|1.0|100|detected a \\| in message|10|src=10.0.0.1 act=blocked a | dst=1.1.1.1',
  'CEF:0|KasperskyLab|SecurityCenter|13.1.0.8324|KLPRCI_TaskState|Completed successfully|1|rt=1772600767000 cs9=Sales cs9Label=GroupName dhost=WS-042 dst=192.0.2.42 cs10=Nightly scan cs10Label=TaskName cn2=4 cn2Label=TaskNewState',
  'CEF:0|V|P|1|c|n|Very-High|msg=line one\\nline two\\=2 filePath=C:\\\\Temp\\\\a b.txt request=http://x.example/?a=1&b=2 suser=anna',
  'program: CEF: 1|V|P|1|c|n|5|',
  'CEF:0|V|P|1|c|n|5',
];

export const leefCorpus = [
  'LEEF:1.0|Microsoft|MSExchange|4.0 SP1|15345|src=192.0.2.0\tdst=172.50.123.1\tsev=5\tcat=anomaly\tusrName=joe.black',
  'LEEF:2.0|Lancope|StealthWatch|1.0|41|^|src=192.0.2.0^dst=172.50.123.1^sev=5^cat=anomaly',
  'LEEF:2.0|V|P|1|id|x09|a=1\tb=two words',
  'LEEF:2.0|V|P|1|id|0x5e|a=1^b=c=d',
  'LEEF:2.0|V|P|1|id|a=1\tb=2',
  '<13>Jan 18 11:07:53 192.168.1.1 LEEF:1.0|QRadar|QRM|1.0|NEW_PORT_DISCOVERD|src=172.5.6.67\tmsg=a new port',
];

/** Filters of the KSC Open API that real clients send. */
export const filterCorpus = [
  '(KLHST_WKS_FQDN="pc1.example.local")',
  'KLHST_WKS_HOSTNAME = "8910f900-3807-4b97-8a97-d49e73ec5ab1"',
  '(&(KLHST_WKS_GROUPID <> 7 )(KLHST_WKS_FQDN="pc1.example.local"))',
  '(&(KLHST_INSTANCEID <> "")(KLHST_WKS_GROUPID = 0))',
  'KLHST_WKS_STATUS_MASK_7 <> 0',
  '(& (KLHST_WKS_LAST_INFOUDATE > CURTIME(-259200)) (KLHST_WKS_LAST_INFOUDATE < CURTIME(-86400)))',
  '(& (KLHST_WKS_STATUS_ID ="1")(KLHST_WKS_FROM_UNASSIGNED = "False"))',
  '(name="Comput*[a-f]?")',
  '(&(KLGRP_CHLDHST_CNT >= 1000)(creationDate>T"2020-03-31 19:00:00"))',
  '(& ((& (A=1)(!(B=0x2F)))(|(C="say ""hi""")(D & 0x4 <> 0))))',
  '(&(!KLINCDT_ID = 0))',
  '(KLHST_WKS_STATUS&1<>0)',
];
