'use client';
import Link from 'next/link';
import { useState, type ComponentProps } from 'react';

/**
 * A link to another page of the panel, which is loaded ahead when it is about to be followed. Next would do so for each link in
 * sight: the code of every page, when the first one opens.
 */
export const PageLink = ({ onMouseEnter, onFocus, onTouchStart, ...link }: ComponentProps<typeof Link>) => {
  const [isNear, setNear] = useState(false);
  return (
    <Link
      {...link}
      prefetch={isNear ? null : false}
      onMouseEnter={(event) => {
        setNear(true);
        onMouseEnter?.(event);
      }}
      onFocus={(event) => {
        setNear(true);
        onFocus?.(event);
      }}
      onTouchStart={(event) => {
        setNear(true);
        onTouchStart?.(event);
      }}
    />
  );
};
