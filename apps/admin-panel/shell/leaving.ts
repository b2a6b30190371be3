/** Tells when a link leads to another page, which is not there yet. */
export const onLeaving = (leave: () => void): (() => void) => {
  const click = (event: MouseEvent) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (link === null || link.origin !== window.location.origin || link.target === '_blank') return;
    const { pathname, search } = window.location;
    const isElsewhere = link.pathname !== pathname || link.search !== search;
    // the router takes a link over by preventing what the browser would do with it
    if (event.defaultPrevented && isElsewhere) leave();
  };
  window.addEventListener('click', click);
  return () => window.removeEventListener('click', click);
};
