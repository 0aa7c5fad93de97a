#include "bench/machine/hosts.h"
#include "bench/base/input.h"
#include "bench/base/memory.h"
#include "bench/base/parse.h"
#include "bench/base/text.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SHOWN_BYTES = 60 };

static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
static const char address_letters[] = "0123456789abcdefABCDEF:.%";

/* A list that grows, and who is to blame for what is in it. */
struct reading {
    const char *where; /* the option, or the file and the line */
    struct hosts hosts;
    size_t room;
    struct error *error;
};

static int add(struct reading *reading, const char *name, unsigned slots)
{
    struct hosts *hosts = &reading->hosts;
    for (size_t i = 0; i < hosts->count; i++)
        if (strcmp(hosts->values[i].name, name) == 0)
            return fail(reading->error, ERROR_USAGE,
                        "%s: host '%s' is given twice; each is given once, with all its slots",
                        reading->where, name);
    if (hosts->count == MOST_HOSTS)
        return fail(reading->error, ERROR_USAGE, "%s: at most %d hosts are allowed", reading->where,
                    MOST_HOSTS);
    if (memory_grow(&hosts->values, hosts->count, &reading->room, sizeof *hosts->values, "hosts",
                    reading->error) != 0)
        return -1;
    char *own = strdup(name);
    if (own == NULL)
        return fail(reading->error, ERROR_REFUSED, "%s: out of memory", reading->where);
    hosts->values[hosts->count++] = (struct host_slots){own, slots};
    return 0;
}

/* A name that begins with '-' would be an option of ssh. */
static int check_name(struct reading *reading, const char *name, bool is_address)
{
    char shown[SHOWN_BYTES + 64];
    text_clipped(shown, sizeof shown, name, SHOWN_BYTES);
    if (*name == '\0')
        return fail(reading->error, ERROR_USAGE,
                    "%s: a host's name is missing; hosts are given as a:4,b:4", reading->where);
    if (strlen(name) > MOST_HOST_NAME_BYTES)
        return fail(reading->error, ERROR_USAGE, "%s: '%s' is longer than %d characters",
                    reading->where, shown, MOST_HOST_NAME_BYTES);
    if (is_address ? strspn(name, address_letters) == strlen(name)
                   : *name != '-' && strspn(name, letters) == strlen(name))
        return 0;
    return fail(reading->error, ERROR_USAGE,
                "%s: '%s' is not a host; letters, digits, '.', '_' and '-', but not first, are "
                "allowed, and an address of IPv6 in brackets",
                reading->where, shown);
}

/* slots: the text of their number, or NULL where it is not given. */
static int add_checked(struct reading *reading, const char *name, bool is_address,
                       const char *slots)
{
    static const struct number_rule rule = {.least = 1, .most = MOST_SLOTS};
    uint64_t count = 1;
    if (check_name(reading, name, is_address) != 0)
        return -1;
    if (slots != NULL) {
        char what[1024];
        snprintf(what, sizeof what, "%s: slots of '%s'", reading->where, name);
        if (parse_number(what, slots, &rule, &count, reading->error) != 0)
            return -1;
    }
    return add(reading, name, (unsigned)count);
}

/* One host: a, a:4, [fe80::1]:4. Cuts the word up. `slots` is what stood apart from it, or NULL. */
static int add_word(struct reading *reading, char *word, const char *slots)
{
    char *name = word, *behind = word + strcspn(word, ":");
    bool is_address = *word == '[';
    if (is_address) {
        behind = strchr(word, ']');
        if (behind == NULL || (behind[1] != '\0' && behind[1] != ':'))
            return fail(reading->error, ERROR_USAGE,
                        "%s: '%.*s' is not an address in brackets, as in [fe80::1]:4",
                        reading->where, SHOWN_BYTES, word);
        name++;
        *behind++ = '\0';
    }
    if (*behind == ':') {
        *behind = '\0';
        if (slots != NULL)
            return fail(reading->error, ERROR_USAGE,
                        "%s: the slots of '%.*s' are given twice; NAME:N or NAME slots=N is "
                        "allowed",
                        reading->where, SHOWN_BYTES, name);
        slots = behind + 1;
    }
    return add_checked(reading, name, is_address, slots);
}

/* One line of a file, which it cuts up. */
static int add_line(struct reading *reading, char *line)
{
    static const char blanks[] = " \t\r\n";
    char *rest = NULL, *slots = NULL;
    line[strcspn(line, "#")] = '\0';
    char *word = strtok_r(line, blanks, &rest);
    if (word == NULL)
        return 0;
    for (char *more; (more = strtok_r(NULL, blanks, &rest)) != NULL;) {
        char shown[SHOWN_BYTES + 64];
        if (strncmp(more, "slots=", 6) == 0 && slots == NULL) {
            slots = more + 6;
        } else if (strncmp(more, "max_slots=", 10) != 0 && strncmp(more, "max-slots=", 10) != 0) {
            text_clipped(shown, sizeof shown, more, SHOWN_BYTES);
            return fail(reading->error, ERROR_USAGE,
                        "%s: '%s' is not known; NAME, NAME:N and NAME slots=N are allowed",
                        reading->where, shown);
        }
    }
    return add_word(reading, word, slots);
}

/* Hands over what was read, or frees it. */
static int end_reading(struct reading *reading, int result, struct hosts *hosts)
{
    if (result == 0)
        *hosts = reading->hosts;
    else
        hosts_free(&reading->hosts);
    return result;
}

int hosts_parse(const char *option, const char *text, struct hosts *hosts, struct error *error)
{
    struct reading reading = {.where = option, .error = error};
    char *copy = strdup(text);
    int result = copy != NULL ? 0 : fail(error, ERROR_REFUSED, "%s: out of memory", option);
    char *rest = copy;
    for (char *word; result == 0 && (word = strsep(&rest, ",")) != NULL;)
        result = add_word(&reading, word, NULL);
    free(copy);
    return end_reading(&reading, result, hosts);
}

static int add_lines(struct reading *reading, const char *option, const char *path, FILE *file)
{
    char *line = NULL, where[700], shown[512];
    size_t room = 0;
    int result = 0;
    text_clipped(shown, sizeof shown, path, 400);
    reading->where = where;
    for (unsigned number = 1; result == 0; number++) {
        ssize_t bytes = getline(&line, &room, file);
        if (bytes == -1)
            break;
        snprintf(where, sizeof where, "%s: %s:%u", option, shown, number);
        if (strlen(line) != (size_t)bytes)
            result = fail(reading->error, ERROR_USAGE, "%s: a NUL byte is no part of a host's name",
                          where);
        else
            result = add_line(reading, line);
    }
    free(line);
    if (result == 0 && !feof(file))
        result = fail(reading->error, ERROR_REFUSED, "%s: %s cannot be read", option, shown);
    if (result == 0 && reading->hosts.count == 0)
        result = fail(reading->error, ERROR_USAGE,
                      "%s: %s names no host; a line for each is needed: NAME, NAME:N or NAME "
                      "slots=N",
                      option, shown);
    return result;
}

int hosts_read(const char *option, const char *path, struct hosts *hosts, struct error *error)
{
    struct reading reading = {.error = error};
    uint64_t bytes;
    int descriptor = input_open_option(option, path, &bytes, error);
    if (descriptor < 0)
        return -1;
    FILE *file = fdopen(descriptor, "r");
    if (file == NULL) {
        close(descriptor);
        return fail(error, ERROR_REFUSED, "%s: out of memory", option);
    }
    int result = add_lines(&reading, option, path, file);
    fclose(file);
    return end_reading(&reading, result, hosts);
}

bool hosts_text(const struct hosts *hosts, char text[HOSTS_TEXT_BYTES])
{
    size_t used = 0;
    *text = '\0';
    for (size_t i = 0; i < hosts->count; i++) {
        const struct host_slots *host = &hosts->values[i];
        bool is_address = strchr(host->name, ':') != NULL;
        used +=
            (size_t)snprintf(text + used, HOSTS_TEXT_BYTES - used, "%s%s%s%s:%u", i > 0 ? "," : "",
                             is_address ? "[" : "", host->name, is_address ? "]" : "", host->slots);
        if (used >= HOSTS_TEXT_BYTES)
            return false;
    }
    return true;
}

unsigned hosts_slots(const struct hosts *hosts, size_t count)
{
    unsigned slots = 0;
    for (size_t i = 0; i < count && i < hosts->count; i++)
        slots += hosts->values[i].slots;
    return slots;
}

void hosts_free(struct hosts *hosts)
{
    for (size_t i = 0; i < hosts->count; i++)
        free(hosts->values[i].name);
    free(hosts->values);
    *hosts = (struct hosts){0};
}
