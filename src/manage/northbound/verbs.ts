/** Every verb, one line each, sorted by name; nothing registers itself. */
import type { Verb } from '../verb.js';
import { switchAdd, switchDelete } from './switches.js';
import { switchPortAdd, switchPortDelete, switchPortSet } from './switch-ports.js';

export const VERBS: readonly Verb[] = [switchAdd, switchDelete, switchPortAdd, switchPortDelete, switchPortSet];
