import { Fragment, type ReactNode } from 'react';
import classes from './fact-list.module.css';

interface Fact {
  readonly name: string;
  readonly fact: ReactNode;
}

/** The properties of one thing, by name. */
export const FactList = ({ facts }: { readonly facts: readonly Fact[] }) => (
  <dl className={classes.list}>
    {facts.map(({ name, fact }) => (
      <Fragment key={name}>
        <dt className={classes.name}>{name}</dt>
        <dd className={classes.fact}>{fact}</dd>
      </Fragment>
    ))}
  </dl>
);
