/** A certificate for servers of tests, at localhost and 127.0.0.1. */

const TLS = new URL("tls/", import.meta.url);

/** Path of the certificate of the authority that signed it, which nobody trusts of himself. */
export const AUTHORITY: string = new URL("ca.pem", TLS).pathname;

/** The certificate and its key. */
export const CERTIFICATE: Deno.TlsCertifiedKeyPem = {
  cert: Deno.readTextFileSync(new URL("server.pem", TLS)),
  key: Deno.readTextFileSync(new URL("server.key", TLS)),
};
