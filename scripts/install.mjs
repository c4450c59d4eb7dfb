// The npm packages, when they are missing or older than the lock file.
import { ensureNode, ensurePackages } from './steps.mjs';

ensureNode();
ensurePackages();
