/** Signs a version of the agent and lays it where the server offers it from. */
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import {
  copyFileSync,
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { CannotGoOn } from './say.mjs';

/** As the contract says it (contract/src/agent/package.ts); a test holds the two together. */
const packageText = ({ version, sha256, sizeBytes }) => `gatehouse-agent ${version} ${sha256} ${sizeBytes}\n`;

const hashOf = async (file) => {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest('hex');
};

const makeKey = (file) => {
  const { privateKey } = generateKeyPairSync('ed25519');
  writeFileSync(file, privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600, flag: 'wx' });
};

/**
 * The manifest comes last, so that the server never offers a file that is not whole.
 *
 * @param {{ file: string, dataDir: string, version: string, keyFile?: string }} wanted
 */
export const publishPackage = async ({ file, dataDir, version, keyFile: given }) => {
  if (!existsSync(file)) throw new CannotGoOn(`There is no ${file}; npm run pack:agent makes one.`);
  if (!/^[\w.+~-]{1,32}$/.test(version))
    throw new CannotGoOn(`${version} is no version: letters, digits and . + ~ - _`);
  const folder = join(dataDir, 'agent-package');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const keyFile = given ?? join(folder, 'signing-key.pem');
  const isNewKey = !existsSync(keyFile);
  if (isNewKey && given) throw new CannotGoOn(`There is no key ${given}.`);
  if (isNewKey) makeKey(keyFile);
  const privateKey = createPrivateKey(readFileSync(keyFile));
  if (privateKey.asymmetricKeyType !== 'ed25519') throw new CannotGoOn(`${keyFile} is no Ed25519 key.`);

  const manifest = { version, sha256: await hashOf(file), sizeBytes: statSync(file).size };
  const name = `${manifest.sha256}.package`;
  copyFileSync(file, join(folder, `${name}.new`));
  renameSync(join(folder, `${name}.new`), join(folder, name));
  const signature = sign(null, Buffer.from(packageText(manifest)), privateKey).toString('base64');
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).toString('base64');
  writeFileSync(join(folder, 'manifest.json.new'), JSON.stringify({ ...manifest, signature, publicKey }, null, 2));
  renameSync(join(folder, 'manifest.json.new'), join(folder, 'manifest.json'));
  for (const other of readdirSync(folder)) {
    if (other.endsWith('.package') && other !== name) rmSync(join(folder, other));
  }
  return { ...manifest, signature, publicKey, keyFile, isNewKey };
};
