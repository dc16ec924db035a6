/** A SIEM of a test: takes syslog over UDP, TCP or TLS on a free port of this machine, and can be away. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { createFrameReader } from '@gatehouse/protocols/syslog';

export interface Receiver {
  port: number;
  /** Every message so far, in the order of arrival. */
  messages: string[];
  /** Messages of connections that were cut without being read. */
  deaf: boolean;
  /** Ends what is open and listens no more. */
  leave(): Promise<void>;
  /** Listens on the same port again. */
  comeBack(): Promise<void>;
}

export const startReceiver = async (
  transport: 'udp' | 'tcp' | 'tls',
  tls: { key: string; cert: string } = { key: '', cert: '' },
): Promise<Receiver> => {
  const receiver: Receiver = { port: 0, messages: [], deaf: false, leave: async () => {}, comeBack: async () => {} };
  const sockets = new Set<Socket>();

  const onSocket = (socket: Socket) => {
    sockets.add(socket);
    const reader = createFrameReader();
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    // Takes the connection, reads nothing: what is sent lies in the buffers of the system, and is lost with it.
    if (receiver.deaf) return void socket.pause();
    socket.on('data', (chunk) => {
      for (const frame of reader.push(chunk)) {
        if (frame.ok) receiver.messages.push(frame.text);
      }
    });
  };

  receiver.comeBack = async () => {
    if (transport === 'udp') {
      const socket = createSocket({ type: 'udp4', recvBufferSize: 4_194_304 });
      socket.on('message', (message) => receiver.messages.push(message.toString('utf8')));
      socket.bind(receiver.port, '127.0.0.1');
      await once(socket, 'listening');
      receiver.port = socket.address().port;
      receiver.leave = () => new Promise((done) => void socket.close(() => done()));
      return;
    }
    const server = transport === 'tls' ? createTlsServer(tls, onSocket) : createServer(onSocket);
    server.on('tlsClientError', () => {});
    server.listen(receiver.port, '127.0.0.1');
    await once(server, 'listening');
    receiver.port = (server.address() as AddressInfo).port;
    receiver.leave = async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.resetAndDestroy();
      await closed;
    };
  };
  await receiver.comeBack();
  return receiver;
};
