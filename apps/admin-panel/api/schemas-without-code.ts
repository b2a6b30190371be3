import { z } from 'zod';

// the policy of the pages allows no code from text, which zod would try: imported by all that parses in the browser
z.config({ jitless: true });
