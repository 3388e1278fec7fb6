/* Memory files in place of DMA buffers, for a kernel that has neither /dev/dma_heap nor
 * /dev/udmabuf: libcamera's virtual camera writes to them with the processor anyway.
 *   cc -shared -fPIC no_dma_heap.c -o no_dma_heap.so
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <linux/dma-buf.h>
#include <linux/dma-heap.h>
#include <linux/udmabuf.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

static int is_heap(const char *path)
{
    return !strcmp(path, "/dev/udmabuf") || !strncmp(path, "/dev/dma_heap/", 14);
}

static int opened(const char *name, const char *path, int flags, mode_t mode)
{
    int (*next)(const char *, int, ...) = dlsym(RTLD_NEXT, name);
    return is_heap(path) ? memfd_create("heap", MFD_CLOEXEC) : next(path, flags, mode);
}

static mode_t mode_of(va_list more, int flags)
{
    return flags & (O_CREAT | __O_TMPFILE) ? va_arg(more, mode_t) : 0;
}

#define OPEN(NAME)                                          \
    int NAME(const char *path, int flags, ...)              \
    {                                                       \
        va_list more;                                       \
        va_start(more, flags);                              \
        mode_t mode = mode_of(more, flags);                 \
        va_end(more);                                       \
        return opened(#NAME, path, flags, mode);            \
    }
OPEN(open)
OPEN(open64)

int __open_2(const char *path, int flags) { return open(path, flags); }
int __open64_2(const char *path, int flags) { return open64(path, flags); }

int ioctl(int fd, unsigned long request, ...)
{
    int (*next)(int, unsigned long, ...) = dlsym(RTLD_NEXT, "ioctl");
    va_list more;
    va_start(more, request);
    void *argument = va_arg(more, void *);
    va_end(more);
    if ((unsigned)request == (unsigned)UDMABUF_CREATE)
        return dup((int)((struct udmabuf_create *)argument)->memfd);
    if ((unsigned)request == (unsigned)DMA_HEAP_IOCTL_ALLOC) {
        struct dma_heap_allocation_data *wanted = argument;
        wanted->fd = memfd_create("buffer", MFD_CLOEXEC);
        return ftruncate((int)wanted->fd, (off_t)wanted->len);
    }
    if ((unsigned)request == (unsigned)DMA_BUF_IOCTL_SYNC ||
        (unsigned)request == (unsigned)DMA_BUF_SET_NAME ||
        (unsigned)request == (unsigned)DMA_BUF_SET_NAME_A ||
        (unsigned)request == (unsigned)DMA_BUF_SET_NAME_B)
        return 0;
    return next(fd, request, argument);
}
