import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** An HTTP proxy on this machine that makes tunnels (CONNECT, RFC 9110 9.3.6), for whom it knows if it asks. */
export interface ConnectProxy {
  url: string;
  /** Every tunnel that was asked for, with the answer's status. */
  asked: { target: string; status: number }[];
  /** All that went through, as the proxy saw it. */
  passed(): string;
  /** What it answers from now on instead of making a tunnel, those that it made end; null: as usual. */
  refuseWith(status: number | null): void;
  stop(): Promise<void>;
}

/** @param credentials `user:password` that it asks for; left out: it asks nobody */
export const startConnectProxy = async ({ credentials }: { credentials?: string } = {}): Promise<ConnectProxy> => {
  const asked: ConnectProxy['asked'] = [];
  const sockets = new Set<Socket>();
  let passed = '';
  let refusal: number | null = null;
  const wanted = credentials && `Basic ${Buffer.from(credentials).toString('base64')}`;

  const listener = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    let head = '';
    const onData = (piece: Buffer): void => {
      head += piece.toString('latin1');
      if (!head.includes('\r\n\r\n')) return;
      socket.off('data', onData);
      const [, host = '', port = ''] = /^CONNECT (\S+):(\d+) /.exec(head) ?? [];
      const shown = /^proxy-authorization: *(.*)$/im.exec(head)?.[1]?.trim();
      const status = refusal ?? (wanted && shown !== wanted ? 407 : 200);
      asked.push({ target: `${host}:${port}`, status });
      if (status !== 200) return void socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`);
      const onward = connect({ host, port: Number(port) }, () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        socket.pipe(onward).pipe(socket);
        socket.on('data', (bytes: Buffer) => {
          passed += bytes.toString('latin1');
        });
      });
      sockets.add(onward);
      onward.on('error', () => socket.end('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n'));
    };
    socket.on('data', onData);
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    passed: () => passed,
    refuseWith: (status) => {
      refusal = status;
      if (status !== null) for (const socket of sockets) socket.destroy();
    },
    stop: async () => {
      listener.close();
      for (const socket of sockets) socket.destroy();
      await once(listener, 'close');
    },
  };
};
