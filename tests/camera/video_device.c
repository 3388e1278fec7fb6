/* A video device of Linux (V4L2) where there is none: preloaded, it answers for one path.
 *
 * The program opens VIDEO_DEVICE and speaks to it as to a camera on USB that gives
 * MJPG in one size at one speed. The file at that path is what it sees; it is unplugged
 * when the file goes. What it is asked to set is written to VIDEO_DEVICE_LOG.
 *
 * The file: five little-endian 32-bit numbers (width, height, frames a second, number of
 * frames, after how many it falls silent or 0), then each frame's length and its JPEG.
 * Numbers and structures are the kernel's own, <linux/videodev2.h>.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum { BUFFERS = 4, LARGEST = 1 << 20 };

static int device = -1; /* a timer that ticks once a frame: select() works by itself */
static uint8_t *tape;
static uint32_t width, height, fps, frames, silent_after;
static uint32_t next, sequence;
static uint8_t *memory[BUFFERS];
static struct v4l2_buffer queue[BUFFERS];
static int queued;

static void say(const char *format, ...) {
    const char *path = getenv("VIDEO_DEVICE_LOG");
    FILE *log = path ? fopen(path, "a") : NULL;
    if (!log) return;
    va_list rest;
    va_start(rest, format);
    vfprintf(log, format, rest);
    va_end(rest);
    fclose(log);
}

static int fails(int error) {
    errno = error;
    return -1;
}

static int is_plugged(void) { return access(getenv("VIDEO_DEVICE"), F_OK) == 0; }

static const uint8_t *frame(uint32_t number, uint32_t *length) {
    const uint8_t *at = tape + 5 * sizeof(uint32_t);
    for (;; at += *length) {
        memcpy(length, at, sizeof *length);
        at += sizeof *length;
        if (number-- == 0) return at;
    }
}

static int plug_in(void) {
    int file = syscall(SYS_openat, AT_FDCWD, getenv("VIDEO_DEVICE"), O_RDONLY);
    if (file < 0) return -1;
    off_t size = lseek(file, 0, SEEK_END);
    free(tape);
    tape = malloc(size);
    if (pread(file, tape, size, 0) != size) abort();
    close(file);
    uint32_t *head[] = {&width, &height, &fps, &frames, &silent_after};
    for (int i = 0; i < 5; i++) memcpy(head[i], tape + 4 * i, 4);
    next = sequence = queued = 0;
    device = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    return device;
}

static int capability(struct v4l2_capability *asked) {
    memset(asked, 0, sizeof *asked);
    strcpy((char *)asked->driver, "uvcvideo");
    strcpy((char *)asked->card, "stand-in");
    asked->device_caps = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
    asked->capabilities = asked->device_caps | V4L2_CAP_DEVICE_CAPS;
    return 0;
}

static int format(struct v4l2_format *asked, const char *how) {
    struct v4l2_pix_format *picture = &asked->fmt.pix;
    if (asked->type != V4L2_BUF_TYPE_VIDEO_CAPTURE) return fails(EINVAL);
    if (how)
        say("%s %.4s %u %u\n", how, (char *)&picture->pixelformat, picture->width,
            picture->height);
    memset(picture, 0, sizeof *picture);
    picture->width = width;
    picture->height = height;
    picture->pixelformat = V4L2_PIX_FMT_MJPEG;
    picture->field = V4L2_FIELD_NONE;
    picture->sizeimage = LARGEST;
    return 0;
}

static int speed(struct v4l2_streamparm *asked, int is_set) {
    struct v4l2_captureparm *capture = &asked->parm.capture;
    if (is_set)
        say("speed %u/%u\n", capture->timeperframe.denominator,
            capture->timeperframe.numerator);
    memset(capture, 0, sizeof *capture);
    capture->capability = V4L2_CAP_TIMEPERFRAME;
    capture->timeperframe.numerator = 1;
    capture->timeperframe.denominator = fps;
    return 0;
}

static int range(struct v4l2_queryctrl *asked) {
    uint32_t id = asked->id;
    memset(asked, 0, sizeof *asked);
    asked->id = id;
    asked->type = V4L2_CTRL_TYPE_INTEGER;
    asked->step = 1;
    if (id == V4L2_CID_EXPOSURE_AUTO) {
        asked->type = V4L2_CTRL_TYPE_MENU;
        asked->maximum = V4L2_EXPOSURE_APERTURE_PRIORITY;
    } else if (id == V4L2_CID_EXPOSURE_ABSOLUTE) {
        asked->minimum = 1;
        asked->maximum = 10000;
    } else if (id == V4L2_CID_GAIN) {
        asked->maximum = 100;
    } else {
        return fails(EINVAL);
    }
    return 0;
}

static int control(struct v4l2_control *asked) {
    struct v4l2_queryctrl limits = {.id = asked->id};
    if (range(&limits)) return -1;
    if (asked->value < limits.minimum || asked->value > limits.maximum)
        return fails(ERANGE);
    say("control %#x %d\n", asked->id, asked->value);
    return 0;
}

static int describe(struct v4l2_buffer *asked) {
    if (asked->index >= BUFFERS) return fails(EINVAL);
    asked->length = LARGEST;
    asked->m.offset = asked->index * LARGEST;
    asked->flags = V4L2_BUF_FLAG_MAPPED | V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC;
    return 0;
}

static int take_back(const struct v4l2_buffer *buffer) {
    if (queued == BUFFERS) return fails(EINVAL);
    queue[queued++] = *buffer;
    return 0;
}

static int hand_out(struct v4l2_buffer *asked) {
    uint64_t ticks;
    if (!is_plugged()) return fails(ENODEV);
    if (!queued || read(device, &ticks, sizeof ticks) < 0) return fails(EAGAIN);
    *asked = queue[0];
    memmove(queue, queue + 1, --queued * sizeof queue[0]);
    uint32_t length;
    const uint8_t *jpeg = frame(next, &length);
    memcpy(memory[asked->index], jpeg, length);
    next = (next + 1) % frames;
    describe(asked);
    asked->bytesused = length;
    asked->field = V4L2_FIELD_NONE;
    asked->sequence = sequence++;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    asked->timestamp.tv_sec = now.tv_sec;
    asked->timestamp.tv_usec = now.tv_nsec / 1000;
    if (sequence == silent_after) {
        struct itimerspec never = {0};
        timerfd_settime(device, 0, &never, NULL);
    }
    return 0;
}

static int stream(int is_on) {
    long period = 1000000000L / fps;
    struct timespec each = {period / 1000000000L, period % 1000000000L};
    struct itimerspec ticking = {each, each}, never = {0};
    queued = is_on ? queued : 0;
    return timerfd_settime(device, 0, is_on ? &ticking : &never, NULL);
}

static int answer(unsigned long request, void *asked) {
    if (!is_plugged()) return fails(ENODEV);
    switch (request) {
    case VIDIOC_QUERYCAP: return capability(asked);
    case VIDIOC_ENUMINPUT: {
        struct v4l2_input *input = asked;
        input->type = V4L2_INPUT_TYPE_CAMERA;
        return input->index ? fails(EINVAL) : 0;
    }
    case VIDIOC_G_INPUT: *(int *)asked = 0; return 0;
    case VIDIOC_S_INPUT: return *(int *)asked ? fails(EINVAL) : 0;
    case VIDIOC_G_FMT: return format(asked, NULL);
    case VIDIOC_TRY_FMT: return format(asked, "try");
    case VIDIOC_S_FMT: return format(asked, "format");
    case VIDIOC_G_PARM: return speed(asked, 0);
    case VIDIOC_S_PARM: return speed(asked, 1);
    case VIDIOC_QUERYCTRL: return range(asked);
    case VIDIOC_S_CTRL: return control(asked);
    case VIDIOC_REQBUFS: {
        struct v4l2_requestbuffers *wanted = asked;
        if (wanted->count > BUFFERS) wanted->count = BUFFERS;
        return 0;
    }
    case VIDIOC_QUERYBUF: return describe(asked);
    case VIDIOC_QBUF: return take_back(asked);
    case VIDIOC_DQBUF: return hand_out(asked);
    case VIDIOC_STREAMON: return stream(1);
    case VIDIOC_STREAMOFF: return stream(0);
    }
    say("unknown %#lx\n", request);
    return fails(ENOTTY);
}

int open(const char *path, int flags, ...) {
    static int (*real)(const char *, int, ...);
    if (!real) real = dlsym(RTLD_NEXT, "open");
    const char *ours = getenv("VIDEO_DEVICE");
    if (ours && strcmp(path, ours) == 0) return plug_in();
    va_list rest;
    va_start(rest, flags);
    int mode = va_arg(rest, int);
    va_end(rest);
    return real(path, flags, mode);
}

int ioctl(int file, unsigned long request, ...) {
    static int (*real)(int, unsigned long, ...);
    if (!real) real = dlsym(RTLD_NEXT, "ioctl");
    va_list rest;
    va_start(rest, request);
    void *asked = va_arg(rest, void *);
    va_end(rest);
    return file == device && device >= 0 ? answer(request, asked)
                                         : real(file, request, asked);
}

void *mmap(void *at, size_t size, int protection, int flags, int file, off_t offset) {
    static void *(*real)(void *, size_t, int, int, int, off_t);
    if (!real) real = dlsym(RTLD_NEXT, "mmap");
    if (file != device || device < 0)
        return real(at, size, protection, flags, file, offset);
    protection |= PROT_WRITE; /* the program only reads what the device writes */
    void *made = real(NULL, size, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memory[offset / LARGEST] = made;
    return made;
}

int close(int file) {
    static int (*real)(int);
    if (!real) real = dlsym(RTLD_NEXT, "close");
    if (file == device) device = -1;
    return real(file);
}

int open64(const char *path, int flags, ...) __attribute__((alias("open")));
void *mmap64(void *, size_t, int, int, int, off_t) __attribute__((alias("mmap")));
