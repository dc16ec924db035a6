import { dirname, join } from 'node:path';

/** systemd reads blanks, quotes, `\`, `%` and `$` in ExecStart= in its own way (systemd.service(5), systemd.unit(5)). */
const quoted = (word: string): string =>
  `"${word.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%').replaceAll('$', '$$$$')}"`;

const escapedPath = (path: string): string => quoted(path.replace(/\/+$/, '') || '/').replaceAll('$$', '$');

export interface UnitOptions {
  node: string;
  mainFile: string;
  stateDir: string;
  /** Where freshclam writes, besides the state folder. */
  signatureDir: string;
  /** File with settings as variables, where a package brings one along. */
  environmentFile?: string;
}

export const unitName = 'gatehouse-agent.service';

/**
 * The service that starts `run`. It runs as root, since it must read every file and move malicious ones away wherever
 * users can put them; programs and settings of the system are read-only for it, and most other rights are taken away.
 */
export const renderUnit = ({ node, mainFile, stateDir, signatureDir, environmentFile }: UnitOptions): string => `[Unit]
Description=Gatehouse device agent
Documentation=file:${join(dirname(mainFile), '../../docs/agent.md')}
Wants=network-online.target
After=network-online.target

[Service]
Type=exec
ExecStart=${[node, mainFile, 'run', '--state-dir', stateDir].map(quoted).join(' ')}
${environmentFile === undefined ? '' : `EnvironmentFile=-${environmentFile}\n`}Restart=always
RestartSec=5
TimeoutStopSec=10
KillMode=mixed
UMask=0077
Nice=10
IOSchedulingClass=best-effort
IOSchedulingPriority=7

# Quarantine writes where users can: /home, /srv, /tmp and the like. /usr, /boot and /etc stay as they are.
ProtectSystem=full
ReadWritePaths=${escapedPath(stateDir)} -${escapedPath(signatureDir)} -/var/log/clamav
ProtectKernelTunables=yes
ProtectKernelModules=yes
ProtectKernelLogs=yes
ProtectControlGroups=yes
ProtectClock=yes
ProtectHostname=yes
PrivateDevices=yes
NoNewPrivileges=yes
# Reading and moving past permissions, and giving a restored file back to its owner; freshclam changes to its own user.
# CAP_SYS_ADMIN is what the kernel asks of clamonacc for seeing each access.
CapabilityBoundingSet=CAP_DAC_READ_SEARCH CAP_DAC_OVERRIDE CAP_FOWNER CAP_SETUID CAP_SETGID CAP_CHOWN CAP_SYS_ADMIN
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service fanotify_init fanotify_mark
# No MemoryDenyWriteExecute: the JavaScript engine compiles at run time.

[Install]
WantedBy=multi-user.target
`;
