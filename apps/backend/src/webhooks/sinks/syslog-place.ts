/** The port of syslog over TLS (RFC 5425). */
const usualPort = 6_514;

/** Where `tls://logs.example.com` leads. */
export const syslogPlace = (url: string): { readonly host: string; readonly port: number } => {
  const { hostname, port } = new URL(url);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? usualPort : Number(port) };
};
