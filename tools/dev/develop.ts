import { watchProgram } from '@secret-store/bundle';
import { serve } from '../start/serve.ts';
import type { Place } from '../start/settings.ts';
import { developmentPrograms, watchedPrograms } from './development-programs.ts';
import { watchDatabaseSchema } from './watch-database-schema.ts';

const say = (text: string) => process.stderr.write(`${text}\n`);

/**
 * Runs the store from its sources until it is told to stop. A change is bundled, and the processes that run it restart.
 * Next watches the panel itself.
 */
export const develop = async (place: Place): Promise<void> => {
  let restart: (name: 'backend' | 'worker') => void = () => undefined;
  await Promise.all(
    watchedPrograms.map(({ entry, outfile, options, restarts }) =>
      watchProgram(entry, outfile, {
        ...options,
        onChange: () => {
          say(`${entry} was built again${restarts.map((name) => `; restarting the ${name}`).join('')}.`);
          for (const name of restarts) restart(name);
        },
        onFailure: () => say(`${entry} does not build, as shown above. The store keeps running the last build.`),
      }),
    ),
  );
  const store = await serve(place, developmentPrograms(place.root));
  restart = store.restart;
  watchDatabaseSchema({ migrate: store.migrate, say });
};
