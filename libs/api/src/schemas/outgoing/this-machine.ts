const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Whether an address may do without TLS: it leads to this machine. @param url that can be parsed */
export const isOnThisMachine = (url: URL): boolean => loopback.test(url.hostname);
