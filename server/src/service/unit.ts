import { places } from './places.ts';

/** systemd reads blanks, quotes, `\`, `%` and `$` in ExecStart= in its own way (systemd.service(5), systemd.unit(5)). */
const quoted = (word: string): string =>
  `"${word.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%').replaceAll('$', '$$$$')}"`;

/** The same where `$` is no variable. */
const quotedPath = (path: string): string => quoted(path).replaceAll('$$', '$');

// Password hashing and the event engine's calls each hold a pool thread; four of them (the default) would queue up.
const POOL_THREADS = 16;

/** The user that a unit runs as; null when it names none. */
export const userIn = (unit: string): string | null => /^User=(\S+)\s*$/m.exec(unit)?.[1] ?? null;

/** The service: a user without rights, the system read-only, writing in its data folder alone. */
export const renderUnit = ({ user, dataDir }: { user: string; dataDir: string }): string => `[Unit]
Description=Gatehouse
Documentation=file:${places.program}/docs/install.md
Wants=network-online.target
After=network-online.target postgresql.service clickhouse-server.service

[Service]
Type=exec
User=${user}
WorkingDirectory=${places.settingsDir}
Environment=UV_THREADPOOL_SIZE=${POOL_THREADS} GATEHOUSE_CONFIG=${places.settings}
ExecStart=${[`${places.program}/bin/node`, `${places.program}/server/src/main.ts`, 'serve'].map(quoted).join(' ')}
Restart=always
RestartSec=5
# It ends what is under way and closes the stores; what is cut off is made good at the next start.
TimeoutStopSec=60
KillMode=mixed
UMask=0077
LimitNOFILE=65536

ProtectSystem=strict
ReadWritePaths=${quotedPath(dataDir)}
ProtectHome=read-only
PrivateTmp=yes
PrivateDevices=yes
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
NoNewPrivileges=yes
CapabilityBoundingSet=
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
# No MemoryDenyWriteExecute: the JavaScript engine compiles at run time. No SystemCallFilter: the event engine asks much.

[Install]
WantedBy=multi-user.target
`;
