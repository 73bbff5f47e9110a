import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** A key with a certificate of its own, and a store in which that is trusted. */
export async function makeKeys(
  keyStore: string,
  keyPassword: string,
  trustStore: string,
  trustPassword: string,
): Promise<void> {
  const run = promisify(execFile);
  const keys = ['-keystore', keyStore, '-storetype', 'PKCS12', '-storepass', keyPassword, '-alias', 'rpc'];
  const names = ['-dname', 'CN=localhost', '-ext', 'SAN=dns:localhost,ip:127.0.0.1'];
  await run('keytool', ['-genkeypair', '-keyalg', 'RSA', '-keysize', '2048', ...names, ...keys]);
  const certificate = `${keyStore}.crt`;
  await run('keytool', ['-exportcert', '-rfc', '-file', certificate, ...keys]);
  const trusted = ['-keystore', trustStore, '-storetype', 'PKCS12', '-storepass', trustPassword];
  await run('keytool', ['-importcert', '-noprompt', '-file', certificate, '-alias', 'rpc', ...trusted]);
}
