// Whether words have the shape of "my name is", of a phone number or of an address. Only the shape, only here: nothing is
// compared with a list of anybody, sent, kept or stopped for it; the page asks a question, whatever the child does.
(() => {
  "use strict";
  const NO_NUMBERS = [/(?<!\p{Nd})\p{Nd}{1,2}[./-]\p{Nd}{1,2}[./-]\p{Nd}{2,4}(?!\p{Nd})/gu, /\p{Nd}{1,2}[:.]\p{Nd}{2}(?!\p{Nd})/gu];
  const SHAPES = [
    /(?<!\p{L})(my (full |first |last |real )?name(['’]?s| is|:)|(i am|i['’]?m|they call me|i get) called|mam na imi[eę]|nazywam si[eę]|moje imi[eę])(?!\p{L})/iu,
    /میرا (پورا |اصل )?نام/u,
    /\p{Nd}([\s().\/-]{0,2}\p{Nd}){6,14}/u, // a phone number
    /[^\s@]+@[^\s@]+\.\p{L}{2,}/u,
    /(?<!\p{L})[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}(?![\p{L}\d])/iu, // postcodes
    /(?<!\d)\d{2}-\d{3}(?!\d)/u,
    /\d[a-z]?,? (\p{L}+ ){1,3}(street|road|lane|avenue|crescent|gardens|terrace|grove)(?!\p{L})/iu,
    /\d[a-z]?,? (\p{Lu}\p{L}+ ){1,2}(St|Rd|Close|Drive|Way|Court|Place|Hill|Row|Walk|Square)(?!\p{L})/u,
    /(?<!\p{L})(my (home )?address|i live (at|on|in|near|next)|mieszkam (na|w|we|przy|pod)|m[oó]j adres|ul\. ?\p{L})/iu,
    /میرا (گھر کا )?(پتا|پتہ|ایڈریس)|میں .{1,40} (رہتا|رہتی) ہوں|(مکان|گھر|گلی) نمبر/u,
  ];
  window.kioskNamesSelf = (words) => {
    const left = NO_NUMBERS.reduce((text, shape) => text.replace(shape, " "), words);
    return SHAPES.some((shape) => shape.test(left));
  };
})();
