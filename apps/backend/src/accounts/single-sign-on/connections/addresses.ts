/** Where the parts of a sign-in are served, as browsers and identity providers see it. */
export const addressesOf = (origin: string, name: string) => {
  const base = `${new URL(origin).origin}/sign-in/${name}`;
  return {
    start: `${base}/start`,
    callback: `${base}/callback`,
    acs: `${base}/acs`,
    metadata: `${base}/metadata`,
  };
};
