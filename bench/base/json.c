#include "bench/base/json.h"

#include <stdlib.h>
#include <string.h>

json_t *json_of_text(const char *text)
{
    json_t *made = json_string(text);
    char *ascii = made == NULL ? strdup(text) : NULL;
    if (ascii == NULL)
        return made;
    for (char *c = ascii; *c != '\0'; c++)
        if ((*c & 0x80) != 0)
            *c = '?';
    made = json_string(ascii);
    free(ascii);
    return made;
}
