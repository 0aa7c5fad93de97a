#include "bench/cli/common/formats.h"
#include "bench/base/parse.h"
#include "bench/base/text.h"

int formats_parse(const char *text, struct picture_formats *formats, struct error *error)
{
    struct words given = {0};
    if (parse_words("--formats", text, picture_format_names, PICTURE_FORMATS, &given, error) != 0)
        return -1;
    *formats = (struct picture_formats){{false}};
    for (size_t i = 0; i < given.count; i++)
        for (int k = 0; k < PICTURE_FORMATS; k++)
            if (text_equal(given.values[i], picture_format_names[k]))
                formats->wanted[k] = true;
    words_free(&given);
    return 0;
}

void formats_offer(const char *name, const struct offer *offer)
{
    for (int i = 0; text_equal(name, "formats") && i < PICTURE_FORMATS; i++)
        offer_word(offer, picture_format_names[i], "");
}
