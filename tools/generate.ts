/** `npm run generate`: everything in the checkout that is drawn from something else. */
import './module-picture.ts';
import './open-api-page.ts';
