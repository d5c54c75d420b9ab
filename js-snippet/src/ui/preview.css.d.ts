/** The style sheet as text: tools/build.mjs minifies it into the bundle. */
declare const styles: string;
export default styles;
