'use client';
import { usePathname, useSearchParams } from 'next/navigation';
import { useEffect, useState } from 'react';
import { onLeaving } from './leaving.ts';
import classes from './navigation-progress.module.css';

/** A thin bar from the moment that another page is asked for until it is there. */
export const NavigationProgress = () => {
  const address = `${usePathname()}?${useSearchParams().toString()}`;
  /** the address that is being left */
  const [left, setLeft] = useState<string | null>(null);
  useEffect(() => onLeaving(() => setLeft(address)), [address]);
  return left === address && <div className={classes.bar} role="progressbar" aria-label="Loading the page" />;
};
